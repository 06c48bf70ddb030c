// MUTANT 6.1  Takes its place in the feed when the headers have gone already.
// SAYS   and never came
// EXERCISE 6.1  Stream
String event(String name, Long id, String data) {
    var lines = new StringBuilder();
    if (id != null) lines.append("id: ").append(id).append('\n');
    lines.append("event: ").append(name).append('\n');
    for (String line : data.split("\r\n|\r|\n", -1)) {
        lines.append("data: ").append(line).append('\n');
    }
    return lines.append('\n').toString();
}

final Set<Thread> fresh = ConcurrentHashMap.newKeySet();

void open(Context ctx) {
    if (ctx.header("Last-Event-ID") == null && ctx.queryParam("lastEventId") == null) {
        fresh.add(Thread.currentThread());
    }
    ctx.contentType("text/event-stream").header("Cache-Control", "no-cache");
}

// The bell first, then the feed: a message that comes between the two has rung it, and await
// returns at once. The other way round it would fall into the gap, and lie there until the next.
void stream(Listener one) throws IOException, InterruptedException {
    if (fresh.remove(Thread.currentThread())) one.place = feed.newest();
    while (true) {
        long heard = bell.rung();
        var text = new StringBuilder(presence(one) + heartbeat(one));
        for (Message message : feed.after(one.place, PAGE)) {
            text.append(event("message", message.id(), json.writeValueAsString(message)));
            one.place = message.id();
        }
        if (text.isEmpty()) bell.await(heard);
        else write(one, text.toString());
    }
}
// END 6.1
