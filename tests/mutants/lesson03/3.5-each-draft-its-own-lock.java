// MUTANT 3.5  Locks, but everybody another lock.
// SAYS   messages were posted at once
// EXERCISE 3.5  Many writers
Message store(Draft draft) {
    synchronized (draft) {
        long id = messages.lastId() + 1;
        messages.lastId(id);
        var message = new Message(id, draft.from(), draft.text(), now());
        messages.put(id, message);
        return message;
    }
}
// END 3.5
