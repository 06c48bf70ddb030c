// MUTANT 9.3  Forgets one too late.
// SAYS   history has the last 50
// EXERCISE 9.3  Latecomers
final Deque<Said> history = new ArrayDeque<>();

void remember(Said said) {
    history.add(said);
    if (history.size() > HISTORY + 1) history.remove();
}

void catchUp(Client client) {
    tell(client, "history", new History(List.copyOf(history)), null);
}
// END 9.3
