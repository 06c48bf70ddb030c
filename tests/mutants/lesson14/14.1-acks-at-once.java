// MUTANT 14.1  Acks what is stored, before anybody has heard it.
// SAYS   expected the event
// EXERCISE 14.1  Two servers, one room
Said say(Said said) throws Refused {
    try {
        return Said.of(new Bus.Entry(bus.append("feed", said.line()), said.line()));
    } catch (Bus.Away away) {
        throw new Refused("The log is out of reach: say it again later.");
    }
}

void follow() throws Bus.Away, InterruptedException {
    long last = 0; // from the beginning: a server that comes later must know what was said before
    while (true) {
        try {
            for (Bus.Entry entry : bus.after("feed", last)) {
                hear(Said.of(entry));
                last = entry.id();
            }
        } catch (Bus.Away away) { // ★ we keep our place: nothing is missed, nothing comes twice
            Thread.sleep(AGAIN_MS);
        }
    }
}
// END 14.1
