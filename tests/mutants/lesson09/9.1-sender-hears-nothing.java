// MUTANT 9.1  Tells all others, and not the sender.
// SAYS   the sender must hear
// EXERCISE 9.1  To all
void inTurn(Runnable step) {
    synchronized (roster) {
        step.run();
    }
}

Said say(Client client, Wish.Say say) {
    var said = new Said(++lastMessage, client.name, say.text(), now());
    String frame = frame("said", said, null);
    for (Client each : roster) {
        if (each != client) send(each, frame);
    }
    return said;
}

void toAll(String event, Object data) {
    String frame = frame(event, data, null); // written once, sent to many
    for (Client each : roster) send(each, frame);
}
// END 9.1
