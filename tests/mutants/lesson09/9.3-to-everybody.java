// MUTANT 9.3  Tells the history to all when one comes.
// SAYS   a client that was here before got one, too
// EXERCISE 9.3  Latecomers
final Deque<Message> history = new ArrayDeque<>();

void remember(Message said) {
    history.add(said);
    if (history.size() > HISTORY) history.remove();
}

void catchUp(Client client) {
    toAll("history", new History(List.copyOf(history)));
}
// END 9.3
