// MUTANT 6.1  Puts a \r into the data, which ends the line for a client.
// SAYS   a text with a
// EXERCISE 6.1  Stream
String event(String name, Long id, String data) {
    var lines = new StringBuilder();
    if (id != null) lines.append("id: ").append(id).append('\n');
    lines.append("event: ").append(name).append('\n');
    for (String line : data.split("\n", -1)) {
        lines.append("data: ").append(line).append('\n');
    }
    return lines.append('\n').toString();
}

void open(Context ctx) {
    ctx.contentType("text/event-stream").header("Cache-Control", "no-cache");
}

// The bell first, then the feed: a message that comes between the two has rung it, and await
// returns at once. The other way round it would fall into the gap, and lie there until the next.
void stream(Listener one) throws IOException, InterruptedException {
    while (true) {
        long heard = bell.rung();
        var text = new StringBuilder(presence(one) + heartbeat(one));
        for (Message message : feed.after(one.place, PAGE)) {
            String data = json.writeValueAsString(message).replace("\\r", "\r");
            text.append(event("message", message.id(), data));
            one.place = message.id();
        }
        if (text.isEmpty()) bell.await(heard);
        else write(one, text.toString());
    }
}
// END 6.1
