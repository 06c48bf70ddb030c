// MUTANT 9.5  Tells all others.
// SAYS   expected the event “value”
// EXERCISE 9.5  One value for all
int value = 50;

void move(Client client, int to) {
    value = to;
    String frame = Envelope.frame("value", new Value(value));
    for (Client each : roster) {
        if (each != client) send(each, frame);
    }
}

void present(Client client) {
    tell(client, "value", new Value(value));
}
// END 9.5
