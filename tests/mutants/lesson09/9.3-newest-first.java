// MUTANT 9.3  Has the newest in front.
// SAYS   oldest first
// EXERCISE 9.3  Latecomers
final Deque<Said> history = new ArrayDeque<>();

void remember(Said said) {
    history.addFirst(said);
    if (history.size() > HISTORY) history.removeLast();
}

void catchUp(Client client) {
    tell(client, "history", new History(List.copyOf(history)), null);
}
// END 9.3
