// MUTANT 9.3  Remembers a message when the next one comes.
// SAYS   history
// EXERCISE 9.3  Latecomers
final Deque<Message> history = new ArrayDeque<>();

Message lately;

void remember(Message said) {
    if (lately != null) history.add(lately);
    lately = said;
    if (history.size() > HISTORY) history.remove();
}

void catchUp(Client client) {
    tell(client, "history", new History(List.copyOf(history)));
}
// END 9.3
