// MUTANT 3.5  Each method holds the lock, and nobody holds it from one to the next.
// SAYS   two writers took the same id
// EXERCISE 3.5  Many writers
synchronized long next() {
    return messages.lastId() + 1;
}

synchronized Message keep(Message message) {
    messages.lastId(message.id());
    messages.put(message.id(), message);
    return message;
}

Message store(Draft draft) {
    return keep(new Message(next(), draft.from(), draft.text(), now()));
}
// END 3.5
