// MUTANT 14.1★  When Redis is away for a moment it reads no more.
// SAYS   say is taken again
// EXERCISE 14.1  Two servers, one room
Said say(Said said) throws Refused {
    try {
        return log.await(bus.append("feed", said.line()));
    } catch (Bus.Away away) {
        throw new Refused("The log is out of reach: say it again later.");
    }
}

void follow() throws Bus.Away, InterruptedException {
    long last = 0; // from the beginning: a server that comes later must know what was said before
    while (true) {
            for (Bus.Entry entry : bus.after("feed", last)) {
                hear(Said.of(entry));
                last = entry.id();
            }
    }
}
// END 14.1
