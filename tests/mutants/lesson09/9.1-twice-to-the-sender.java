// MUTANT 9.1  Answers the sender, and then tells all.
// SAYS   came 2 times
// EXERCISE 9.1  To all
void inTurn(Runnable step) {
    synchronized (roster) {
        step.run();
    }
}

Message say(Client client, String text) {
    var said = new Message(++lastMessage, client.name, text, Message.now());
    tell(client, "said", said);
    toAll("said", said);
    return said;
}

void toAll(String event, Object data) {
    String frame = Envelope.frame(event, data); // written once, sent to many
    for (Client each : roster) send(each, frame);
}
// END 9.1
