// MUTANT 14.1  Tells its own members at once, and only what others said from the log.
// SAYS   log's order
// EXERCISE 14.1  Two servers, one room
final Set<Long> told = ConcurrentHashMap.newKeySet();

Said say(Said said) throws Refused {
    try {
        long id = bus.append("feed", said.line());
        told.add(id);
        hear(Said.of(new Bus.Entry(id, said.line())));
        return log.await(id);
    } catch (Bus.Away away) {
        throw new Refused("The log is out of reach: say it again later.");
    }
}

void follow() throws Bus.Away, InterruptedException {
    long last = 0; // from the beginning: a server that comes later must know what was said before
    while (true) {
        try {
            for (Bus.Entry entry : bus.after("feed", last)) {
                if (!told.contains(entry.id())) hear(Said.of(entry));
                last = entry.id();
            }
        } catch (Bus.Away away) { // ★ we keep our place: nothing is missed, nothing comes twice
            Thread.sleep(AGAIN_MS);
        }
    }
}
// END 14.1
