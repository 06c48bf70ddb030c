// MUTANT 3.5  Gives the lock back between the look and the change, and takes it again.
// SAYS   two writers took the same id
// EXERCISE 3.5  Many writers
final Lock lock = new ReentrantLock();

Message store(Draft draft) {
    lock.lock();
    long id = messages.lastId() + 1;
    lock.unlock();
    lock.lock();
    messages.lastId(id);
    var message = new Message(id, draft.from(), draft.text(), now());
    messages.put(id, message);
    lock.unlock();
    return message;
}
// END 3.5
