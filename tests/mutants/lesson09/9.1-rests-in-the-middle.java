// MUTANT 9.1  Gives the turn away between two halves of the roster.
// SAYS   two clients hear two orders
// EXERCISE 9.1  To all
void inTurn(Runnable step) {
    synchronized (roster) {
        step.run();
    }
}

Said say(Client client, Wish.Say say) {
    var said = new Said(++lastMessage, client.name, say.text(), now());
    String frame = frame("said", said, null);
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
    return said;
}

void toAll(String event, Object data) {
    String frame = frame(event, data, null); // written once, sent to many
    for (Client each : roster) send(each, frame);
}
// END 9.1
