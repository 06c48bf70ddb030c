// MUTANT 14.4  Sends all away at the same moment.
// SAYS   spread over DRAIN_MS
// EXERCISE 14.4  Go gently
volatile boolean isLeaving;

void leave(Collection<Member> members) throws InterruptedException {
    isLeaving = true;
    List<Member> all = List.copyOf(members);
    for (Member each : all) {
        each.close(1012, "This server stops: come again.");
    }
    for (Member late : members) late.close(1012, "This server stops."); // was in the door just now
    for (int tries = 0; tries < 100 && !members.isEmpty(); tries++) Thread.sleep(10);
}
// END 14.4
