// MUTANT 9.3  Remembers a message when the next one comes.
// SAYS   history
// EXERCISE 9.3  Latecomers
final Deque<Said> history = new ArrayDeque<>();

Said lately;

void remember(Said said) {
    if (lately != null) history.add(lately);
    lately = said;
    if (history.size() > HISTORY) history.remove();
}

void catchUp(Client client) {
    tell(client, "history", new History(List.copyOf(history)), null);
}
// END 9.3
