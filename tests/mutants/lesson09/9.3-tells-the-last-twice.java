// MUTANT 9.3  Tells the newest message twice, in the history and as said.
// SAYS   must get each message once
// EXERCISE 9.3  Latecomers
final Deque<Message> history = new ArrayDeque<>();

void remember(Message said) {
    history.add(said);
    if (history.size() > HISTORY) history.remove();
}

void catchUp(Client client) {
    tell(client, "history", new History(List.copyOf(history)));
    if (!history.isEmpty()) tell(client, "said", history.getLast());
}
// END 9.3
