// MUTANT 3.5  Locks twice: to look, and to keep; another writer looks between.
// SAYS   two writers took the same id
// EXERCISE 3.5  Many writers
Message store(Draft draft) {
    long id;
    synchronized (messages) {
        id = messages.lastId() + 1;
    }
    synchronized (messages) {
        messages.lastId(id);
        var message = new Message(id, draft.from(), draft.text(), now());
        messages.put(id, message);
        return message;
    }
}
// END 3.5
