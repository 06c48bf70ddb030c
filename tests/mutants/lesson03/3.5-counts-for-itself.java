// MUTANT 3.5  Counts in a field of its own, with nothing between the look and the change.
// SAYS   200 messages were posted at once, and
// EXERCISE 3.5  Many writers
long lastId;

Message store(Draft draft) {
    long id = lastId + 1;
    lastId = id;
    var message = new Message(id, draft.from(), draft.text(), now());
    messages.put(id, message);
    return message;
}
// END 3.5
