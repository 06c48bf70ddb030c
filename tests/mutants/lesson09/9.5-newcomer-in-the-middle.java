// MUTANT 9.5  Tells a newcomer where the slider stood at first.
// SAYS   with {"value"
// EXERCISE 9.5  One value for all
int value = 50;

void move(Client client, int to) {
    value = to;
    toAll("value", new Value(value));
}

void present(Client client) {
    tell(client, "value", new Value(50));
}
// END 9.5
