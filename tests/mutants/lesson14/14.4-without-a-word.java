// MUTANT 14.4  Shuts the door, waits, and ends.
// SAYS   1012
// EXERCISE 14.4  Go gently
volatile boolean isLeaving;

void leave(Collection<Member> members) throws InterruptedException {
    isLeaving = true;
    Thread.sleep(DRAIN_MS);
}
// END 14.4
