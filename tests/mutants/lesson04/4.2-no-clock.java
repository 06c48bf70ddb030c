// MUTANT 4.2  Lets in one of five from some poll on, and looks at no clock.
// SAYS   more than a second after the last
// EXERCISE 4.2  Say how often
final AtomicInteger polls = new AtomicInteger();

void admit(Context ctx) {
    if (!ctx.method().equals(HandlerType.GET)) return; // to speak is always allowed
    int count = polls.incrementAndGet();
    if (count < BUSY_PER_SECOND || count % 5 == 0) return;
    ctx.header("Retry-After", "1").header("Cache-Control", "no-store");
    throw new HttpResponseException(429, "More than " + BUSY_PER_SECOND + " polls in a second: "
        + "ask again in one.");
}
// END 4.2
