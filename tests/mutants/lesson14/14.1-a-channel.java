// MUTANT 14.1  Tells the others over a channel, which a server that comes later never hears.
// SAYS   must be ready
// EXERCISE 14.1  Two servers, one room
Said say(Said said) throws Refused {
    try {
        long id = bus.append("feed", said.line());
        bus.tell("said", id + " " + said.line());
        return log.await(id);
    } catch (Bus.Away away) {
        throw new Refused("The log is out of reach: say it again later.");
    }
}

void follow() throws Bus.Away, InterruptedException {
    bus.listen("said", text -> {
        String[] parts = text.split(" ", 2);
        hear(Said.of(new Bus.Entry(Long.parseLong(parts[0]), parts[1])));
    });
}
// END 14.1
