// MUTANT 9.1  Answers the sender, and then tells all.
// SAYS   came 2 times
// EXERCISE 9.1  To all
void inTurn(Runnable step) {
    synchronized (roster) {
        step.run();
    }
}

Said say(Client client, Wish.Say say) {
    var said = new Said(++lastMessage, client.name, say.text(), now());
    tell(client, "said", said, null);
    toAll("said", said);
    return said;
}

void toAll(String event, Object data) {
    String frame = frame(event, data, null); // written once, sent to many
    for (Client each : roster) send(each, frame);
}
// END 9.1
