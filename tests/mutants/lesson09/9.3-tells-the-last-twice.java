// MUTANT 9.3  Tells the newest message twice, in the history and as said.
// SAYS   must get each message once
// EXERCISE 9.3  Latecomers
final Deque<Said> history = new ArrayDeque<>();

void remember(Said said) {
    history.add(said);
    if (history.size() > HISTORY) history.remove();
}

void catchUp(Client client) {
    tell(client, "history", new History(List.copyOf(history)), null);
    if (!history.isEmpty()) tell(client, "said", history.getLast(), null);
}
// END 9.3
