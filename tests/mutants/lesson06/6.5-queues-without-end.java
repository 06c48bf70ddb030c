// MUTANT 6.5  Hands each text to a queue that somebody else writes, and never asks how long it is.
// SAYS   it was not dropped
// EXERCISE 6.5  One slow reader
final Map<Listener, BlockingQueue<String>> queues = new ConcurrentHashMap<>();

final Set<Listener> gone = ConcurrentHashMap.newKeySet();

void write(Listener one, String text) throws IOException {
    if (gone.contains(one)) throw new IOException("gone");
    queues.computeIfAbsent(one, _ -> {
        var made = new LinkedBlockingQueue<String>();
        Thread.startVirtualThread(() -> {
            try {
                while (true) {
                    one.out.write(made.take().getBytes(StandardCharsets.UTF_8));
                    one.out.flush();
                }
            } catch (IOException | InterruptedException end) {
                gone.add(one);
            }
        });
        return made;
    }).add(text);
}
// END 6.5
