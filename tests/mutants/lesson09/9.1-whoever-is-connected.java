// MUTANT 9.1  Tells those, too, who have not said hello.
// SAYS   hears no broadcast
// EXERCISE 9.1  To all
void inTurn(Runnable step) {
    synchronized (roster) {
        step.run();
    }
}

Said say(Client client, Wish.Say say) {
    var said = new Said(++lastMessage, client.name, say.text(), now());
    String frame = frame("said", said, null);
    for (Client each : clients) send(each, frame);
    return said;
}

void toAll(String event, Object data) {
    String frame = frame(event, data, null); // written once, sent to many
    for (Client each : roster) send(each, frame);
}
// END 9.1
