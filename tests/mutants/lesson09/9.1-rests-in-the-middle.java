// MUTANT 9.1  Gives the turn away between two halves of the roster.
// SAYS   two clients hear two orders
// EXERCISE 9.1  To all
void inTurn(Runnable step) {
    synchronized (roster) {
        step.run();
    }
}

Message say(Client client, String text) {
    var said = new Message(++lastMessage, client.name, text, Message.now());
    String frame = Envelope.frame("said", said);
    List<Client> all = roster.all();
    int half = (all.size() + 1) / 2;
    for (Client each : all.subList(0, half)) send(each, frame);
    try {
        roster.wait(1);
    } catch (InterruptedException hurry) {
        Thread.currentThread().interrupt();
    }
    for (Client each : all.subList(half, all.size())) send(each, frame);
    return said;
}

void toAll(String event, Object data) {
    String frame = Envelope.frame(event, data); // written once, sent to many
    for (Client each : roster) send(each, frame);
}
// END 9.1
