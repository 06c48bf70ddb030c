// MUTANT 9.1  Sends on a thread of its own, not to wait for anybody.
// SAYS   hear
// EXERCISE 9.1  To all
void inTurn(Runnable step) {
    synchronized (roster) {
        step.run();
    }
}

Message say(Client client, String text) {
    var said = new Message(++lastMessage, client.name, text, Message.now());
    toAll("said", said);
    return said;
}

void toAll(String event, Object data) {
    String frame = Envelope.frame(event, data); // written once, sent to many
    Thread.startVirtualThread(() -> {
        for (Client each : roster) send(each, frame);
    });
}
// END 9.1
