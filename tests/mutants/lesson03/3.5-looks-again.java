// MUTANT 3.5  Stores, and looks whether that was right; if not it tries again.
// SAYS   messages were posted at once
// EXERCISE 3.5  Many writers
Message store(Draft draft) {
    while (true) {
        long id = messages.lastId() + 1;
        messages.lastId(id);
        if (messages.get(id) != null) continue;
        var message = new Message(id, draft.from(), draft.text(), now());
        messages.put(id, message);
        return message;
    }
}
// END 3.5
