// MUTANT 9.3  Has the newest in front.
// SAYS   oldest first
// EXERCISE 9.3  Latecomers
final Deque<Message> history = new ArrayDeque<>();

void remember(Message said) {
    history.addFirst(said);
    if (history.size() > HISTORY) history.removeLast();
}

void catchUp(Client client) {
    tell(client, "history", new History(List.copyOf(history)));
}
// END 9.3
