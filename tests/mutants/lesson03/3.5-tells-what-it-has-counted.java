// MUTANT 3.5  Counts in a field of its own, and tells the table.
// SAYS   200 messages were posted at once, and
// EXERCISE 3.5  Many writers
volatile long count;

Message store(Draft draft) {
    long id = ++count;
    messages.lastId(id);
    var message = new Message(id, draft.from(), draft.text(), now());
    messages.put(id, message);
    return message;
}
// END 3.5
