// MUTANT 3.5  Locks the map, but took the number before.
// SAYS   messages were posted at once
// EXERCISE 3.5  Many writers
volatile long lastId;

Message store(Draft draft) {
    long id = lastId + 1;
    LockSupport.parkNanos(2_000_000); // 2 ms, as a disk would take
    var message = new Message(id, draft.from(), draft.text(), now());
    synchronized (messages) {
        messages.put(id, message);
        lastId = id;
    }
    return message;
}
// END 3.5
