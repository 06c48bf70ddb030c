// MUTANT 3.5  Looks for a number that is free, and takes it in a second step.
// SAYS   messages were posted at once
// EXERCISE 3.5  Many writers
Message store(Draft draft) {
    long id = messages.size() + 1;
    while (messages.containsKey(id)) id++;
    LockSupport.parkNanos(2_000_000); // 2 ms, as a disk would take
    var message = new Message(id, draft.from(), draft.text(), now());
    messages.put(id, message);
    return message;
}
// END 3.5
