// MUTANT 14.4  Shuts the door when all are gone.
// SAYS   answers 503 before
// EXERCISE 14.4  Go gently
volatile boolean isLeaving;

void leave(Collection<Member> members) throws InterruptedException {
    List<Member> all = List.copyOf(members);
    for (Member each : all) {
        each.close(1012, "This server stops: come again.");
        Thread.sleep(Duration.ofMillis(DRAIN_MS).dividedBy(all.size()));
    }
    isLeaving = true;
    for (Member late : members) late.close(1012, "This server stops."); // was in the door just now
    for (int tries = 0; tries < 100 && !members.isEmpty(); tries++) Thread.sleep(10);
}
// END 14.4
