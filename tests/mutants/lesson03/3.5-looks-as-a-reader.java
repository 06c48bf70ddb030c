// MUTANT 3.5  Looks under the lock that readers share, and keeps under the writers' own.
// SAYS   two writers took the same id
// EXERCISE 3.5  Many writers
final ReadWriteLock lock = new ReentrantReadWriteLock();

Message store(Draft draft) {
    long id;
    lock.readLock().lock();
    try {
        id = messages.lastId() + 1;
    } finally {
        lock.readLock().unlock();
    }
    lock.writeLock().lock();
    try {
        messages.lastId(id);
        var message = new Message(id, draft.from(), draft.text(), now());
        messages.put(id, message);
        return message;
    } finally {
        lock.writeLock().unlock();
    }
}
// END 3.5
