// MUTANT 9.5  Gives the turn away between two halves of the roster.
// SAYS   two ways
// EXERCISE 9.5  One value for all
int value = 50;

void move(Client client, Wish.Move move) {
    value = move.value();
    String frame = frame("value", new Value(value), null);
    var first = roster.stream().limit((roster.size() + 1) / 2).toList();
    for (Client each : first) send(each, frame);
    try {
        roster.wait(1);
    } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
    }
    for (Client each : roster) {
        if (!first.contains(each)) send(each, frame);
    }
}

void present(Client client) {
    tell(client, "value", new Value(value), null);
}
// END 9.5
