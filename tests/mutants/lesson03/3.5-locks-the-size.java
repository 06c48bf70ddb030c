// MUTANT 3.5  Locks, but still takes the id from the size, which a DELETE lowers.
// SAYS   was posted and deleted, so the next has id
// EXERCISE 3.5  Many writers
synchronized Message store(Draft draft) {
    long id = messages.size() + 1;
    var message = new Message(id, draft.from(), draft.text(), now());
    messages.put(id, message);
    return message;
}
// END 3.5
