// ANSWER  A fair lock; a queue and a thread for each client, emptied when it is cut off.
// EXERCISE 9.1  To all
final java.util.concurrent.locks.ReentrantLock turn =
    new java.util.concurrent.locks.ReentrantLock(true);

void inTurn(Runnable step) {
    turn.lock();
    try {
        step.run();
    } finally {
        turn.unlock();
    }
}

Message say(Client client, String text) {
    var said = new Message(++lastMessage, client.name, text, Message.now());
    toAll("said", said);
    return said;
}

void toAll(String event, Object data) {
    String frame = Envelope.frame(event, data);
    roster.all().forEach(each -> send(each, frame));
}
// END 9.1

// EXERCISE 9.4  One slow client
final Map<Client, BlockingQueue<String>> queues = new ConcurrentHashMap<>();

void send(Client client, String frame) {
    if (client.dropped || queues.computeIfAbsent(client, this::begin).offer(frame)) return;
    client.dropped = true;
    queues.remove(client).clear(); // what it got so far has no hole
    client.socket.closeSession(1013, "too slow");
    gone(client.socket);
}

BlockingQueue<String> begin(Client client) {
    var queue = new ArrayBlockingQueue<String>(MAX_WAITING);
    Thread.startVirtualThread(() -> {
        try {
            while (client.socket.session.isOpen()) {
                String frame = queue.poll(1, TimeUnit.SECONDS);
                if (frame == null) continue;
                var taken = new Callback.Completable();
                client.socket.session.sendText(frame, taken);
                taken.get();
            }
        } catch (ExecutionException over) {
            gone(client.socket);
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    });
    return queue;
}
// END 9.4
