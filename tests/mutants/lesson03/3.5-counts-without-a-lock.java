// MUTANT 3.5  Counts in an AtomicLong of its own, and looks and sets in two steps.
// SAYS   200 messages were posted at once, and
// EXERCISE 3.5  Many writers
final AtomicLong count = new AtomicLong();

Message store(Draft draft) {
    long id = count.get() + 1;
    count.set(id);
    var message = new Message(id, draft.from(), draft.text(), now());
    messages.put(id, message);
    return message;
}
// END 3.5
