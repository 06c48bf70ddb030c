// MUTANT 9.3  Forgets one too late.
// SAYS   history has the last 50
// EXERCISE 9.3  Latecomers
final Deque<Message> history = new ArrayDeque<>();

void remember(Message said) {
    history.add(said);
    if (history.size() > HISTORY + 1) history.remove();
}

void catchUp(Client client) {
    tell(client, "history", new History(List.copyOf(history)));
}
// END 9.3
