// MUTANT 9.5  Spares those for whom something waits.
// SAYS   a client that paused gets all
// EXERCISE 9.5  One value for all
int value = 50;

void move(Client client, int to) {
    value = to;
    String frame = Envelope.frame("value", new Value(value));
    for (Client each : roster) {
        if (each.waiting.get() < 5) send(each, frame);
    }
}

void present(Client client) {
    tell(client, "value", new Value(value));
}
// END 9.5
