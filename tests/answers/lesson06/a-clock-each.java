// ANSWER  Each listener looks at the clock for its comments, and its writes go in small pieces.
// EXERCISE 6.1  Stream
String event(String name, Long id, String data) {
    String lines = data.lines().map(line -> "data:" + line + "\r\n")
        .collect(java.util.stream.Collectors.joining());
    return (id == null ? "" : "id:" + id + "\r\n") + "event:" + name + "\r\n" + lines + "\r\n";
}

void open(Context ctx) {
    ctx.res().setHeader("Content-Type", "text/event-stream;charset=utf-8");
    ctx.res().setHeader("Cache-Control", "no-cache, no-transform");
}

void stream(Listener one) throws IOException, InterruptedException {
    for (long heard = bell.rung(); ; heard = bell.rung()) {
        write(one, presence(one) + heartbeat(one));
        for (var page = feed.after(one.place, 20); !page.isEmpty();
                page = feed.after(one.place, 20)) {
            for (var message : page) {
                write(one, event("message", message.id(), json.valueToTree(message).toString()));
            }
            one.place = page.getLast().id();
            write(one, heartbeat(one));
        }
        bell.await(heard);
    }
}
// END 6.1

// EXERCISE 6.2  Resume
long place(Context ctx) {
    return Stream.of(ctx.req().getHeader("Last-Event-ID"), ctx.req().getParameter("lastEventId"))
        .filter(Objects::nonNull).findFirst().map(last -> Query.number("lastEventId", last))
        .map(last -> last > feed.newest() ? 0 : last).orElseGet(feed::newest);
}
// END 6.2

// EXERCISE 6.3  Named events
String presence(Listener one) {
    int before = one.told;
    one.told = listeners.size();
    if (one.told == before) return "";
    return event("presence", null, json.createObjectNode().put("listeners", one.told).toString());
}
// END 6.3

// EXERCISE 6.4  Alive
final Timer timer = new Timer("heartbeat", true);

void beat() {
    timer.schedule(new TimerTask() {
        @Override
        public void run() {
            bell.ring();
        }
    }, 0, Math.max(1, HEARTBEAT_MS / 8));
}

String opening() {
    return "retry:3000\n";
}

String heartbeat(Listener one) {
    long now = System.nanoTime();
    if (one.beat != 0 && now - one.beat < HEARTBEAT_MS * 700_000L) return "";
    one.beat = now;
    return ":\n";
}
// END 6.4

// EXERCISE 6.5  One slow reader
final ScheduledExecutorService watch = Executors.newScheduledThreadPool(1);

void write(Listener one, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int at = 0; at < bytes.length; at += 8_192) {
        var alarm = watch.schedule(() -> one.connection.close(), SLOW_MS,
            TimeUnit.MILLISECONDS);
        one.out.write(bytes, at, Math.min(8_192, bytes.length - at));
        one.out.flush();
        alarm.cancel(false);
    }
}
// END 6.5
