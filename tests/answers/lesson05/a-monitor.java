// ANSWER  A monitor counts the posts, and who waits compares; Jetty's own pool of virtual threads.
// EXERCISE 5.1  Hold the request
final Object bell = new Object();
long posts; // guarded by bell

List<Message> hold(Context ctx, long after, long until) throws InterruptedException {
    List<Message> page;
    do {
        page = next(ctx, after, until);
    } while (page.isEmpty() && left(until) > 0);
    return page;
}

void ring() {
    synchronized (bell) {
        posts++;
        bell.notifyAll();
    }
}
// END 5.1

// EXERCISE 5.2  Not for ever
long until(Context ctx) {
    long seconds = Query.number("How long to wait", ctx.queryParam("wait"));
    if (seconds <= MAX_WAIT) return System.currentTimeMillis() + seconds * 1_000;
    throw new BadRequestResponse("Too long: nobody waits for " + seconds + " s.");
}

long left(long until) {
    return until - System.currentTimeMillis();
}
// END 5.2

// EXERCISE 5.3  Nothing falls into the gap
List<Message> next(Context ctx, long after, long until) throws InterruptedException {
    long seen;
    synchronized (bell) {
        seen = posts;
    }
    List<Message> page = feed.after(after, PAGE);
    if (!page.isEmpty() || left(until) <= 0) return page;
    try (var _ = waiting.take(ctx)) { // for the count, and for who looks who has left
        synchronized (bell) {
            for (long ms; posts == seen && (ms = left(until)) > 0; ) bell.wait(ms);
        }
    }
    return feed.after(after, PAGE);
}
// END 5.3

// EXERCISE 5.4  Waiting is cheap
void chooseThreads(JavalinConfig config) {
    config.jetty.threadPool = new org.eclipse.jetty.util.thread.VirtualThreadPool(10_000);
}
// END 5.4

// EXERCISE 5.5  The ones who left are forgotten
void lookAround() {
    var clock = Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().factory());
    clock.scheduleAtFixedRate(() -> {
        var gone = new ArrayList<Waiting.Place>();
        waiting.forEach(place -> {
            if (Jetty.hungUp(place.request())) gone.add(place);
        });
        gone.forEach(Waiting.Place::interrupt);
    }, 0, 300, TimeUnit.MILLISECONDS);
}
// END 5.5
