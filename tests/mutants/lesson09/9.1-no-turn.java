// MUTANT 9.1  Lets every thread walk over the roster as it comes.
// SAYS   two clients hear two orders
// EXERCISE 9.1  To all
void inTurn(Runnable step) {
    step.run();
}

Message say(Client client, String text) {
    var said = new Message(++lastMessage, client.name, text, Message.now());
    toAll("said", said);
    return said;
}

void toAll(String event, Object data) {
    String frame = Envelope.frame(event, data); // written once, sent to many
    for (Client each : roster) send(each, frame);
}
// END 9.1
