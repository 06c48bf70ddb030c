// MUTANT 9.5  Gives the turn away between two halves of the roster.
// SAYS   two ways
// EXERCISE 9.5  One value for all
int value = 50;

void move(Client client, int to) {
    value = to;
    String frame = Envelope.frame("value", new Value(value));
    List<Client> all = roster.all();
    int half = (all.size() + 1) / 2;
    for (Client each : all.subList(0, half)) send(each, frame);
    try {
        roster.wait(1);
    } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
    }
    for (Client each : all.subList(half, all.size())) send(each, frame);
}

void present(Client client) {
    tell(client, "value", new Value(value));
}
// END 9.5
