// MUTANT 9.1  Tells all others, and not the sender.
// SAYS   the sender must hear
// EXERCISE 9.1  To all
void inTurn(Runnable step) {
    synchronized (roster) {
        step.run();
    }
}

Message say(Client client, String text) {
    var said = new Message(++lastMessage, client.name, text, Message.now());
    String frame = Envelope.frame("said", said);
    for (Client each : roster) {
        if (each != client) send(each, frame);
    }
    return said;
}

void toAll(String event, Object data) {
    String frame = Envelope.frame(event, data); // written once, sent to many
    for (Client each : roster) send(each, frame);
}
// END 9.1
