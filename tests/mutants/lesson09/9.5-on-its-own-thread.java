// MUTANT 9.5  Moves the slider without waiting for the turn.
// SAYS   value
// EXERCISE 9.5  One value for all
int value = 50;

void move(Client client, int to) {
    value = to;
    int now = value;
    Thread.startVirtualThread(() -> toAll("value", new Value(now)));
}

void present(Client client) {
    tell(client, "value", new Value(value));
}
// END 9.5
