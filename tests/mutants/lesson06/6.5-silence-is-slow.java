// MUTANT 6.5  Drops who was written nothing for so long.
// SAYS   so nothing stood still
// EXERCISE 6.5  One slow reader
final Map<Listener, Long> writes = new ConcurrentHashMap<>();

void write(Listener one, String text) throws IOException {
    one.connection.setIdleTimeout(SLOW_MS);
    one.out.write(text.getBytes(StandardCharsets.UTF_8));
    one.out.flush();
    long written = writes.merge(one, 1L, Long::sum);
    Thread.startVirtualThread(() -> {
        LockSupport.parkNanos(SLOW_MS * 1_000_000L);
        if (writes.get(one) == written) one.connection.close();
    });
}
// END 6.5
