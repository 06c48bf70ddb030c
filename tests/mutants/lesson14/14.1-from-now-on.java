// MUTANT 14.1  Reads from the end of the log, as it is when the server starts.
// SAYS   must be ready
// EXERCISE 14.1  Two servers, one room
Said say(Said said) throws Refused {
    try {
        return log.await(bus.append("feed", said.line()));
    } catch (Bus.Away away) {
        throw new Refused("The log is out of reach: say it again later.");
    }
}

void follow() throws Bus.Away, InterruptedException {
    long last = bus.newest("feed");
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
