// ANSWER  Whoever posts puts the event into a queue for each; a full one, or a stuck write, drops.
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES ../lessons/given/Feed.java ../lessons/given/Jetty.java ../lessons/given/Query.java
//SOURCES ../lessons/given/Refusal.java ../lessons/given/Web.java
//FILES web/lesson06.html=../lessons/web/lesson06.html

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import given.*;
import io.javalin.http.Context;
import org.eclipse.jetty.io.EndPoint;

static final int HEARTBEAT_MS = Setting.of("HEARTBEAT_MS", 15_000);
static final int SLOW_MS = Setting.of("SLOW_MS", 5_000);
static final String OVER = "";

static final class Subscriber {
    final BlockingQueue<String> queue = new LinkedBlockingQueue<>(256);
    final EndPoint wire;
    volatile long writesSince; // in ms; 0: it does not

    Subscriber(Context ctx) {
        wire = Jetty.connection(ctx);
    }
}

final Feed feed = new Feed();
final Set<Subscriber> subscribers = new HashSet<>(); // guarded by feed, as all who publish are
final ObjectMapper json = new ObjectMapper();

void main(String[] args) {
    var clock = Executors.newScheduledThreadPool(1);
    clock.scheduleAtFixedRate(() -> publish(": still here\n\n"), 0, HEARTBEAT_MS * 4 / 5,
        TimeUnit.MILLISECONDS);
    clock.scheduleAtFixedRate(this::dropStuck, 20, 20, TimeUnit.MILLISECONDS);
    Web.serve(7006, args, config -> {
        Refusal.answersWhatIsThrown(config);
        config.concurrency.useVirtualThreads = true;
        config.routes.get("/events", this::events);
        config.routes.get("/stats", ctx -> {
            synchronized (feed) {
                ctx.json(Map.of("listeners", subscribers.size()));
            }
        });
        config.routes.post("/messages", ctx -> {
            Draft draft = Draft.of(ctx);
            synchronized (feed) {
                Message message = feed.add(draft);
                publish(event(message));
                ctx.status(201).json(message);
            }
        });
    });
}

String event(Message message) throws JsonProcessingException {
    return "event:message\nid:" + message.id() + "\ndata:" + json.writeValueAsString(message)
        + "\n\n";
}

void publish(String text) {
    synchronized (feed) {
        List<Subscriber> full = subscribers.stream().filter(one -> !one.queue.offer(text)).toList();
        full.forEach(this::drop);
    }
}

void drop(Subscriber one) {
    synchronized (feed) {
        if (!subscribers.remove(one)) return;
        one.queue.clear();
        one.queue.add(OVER);
        one.wire.close();
        tellPresence();
    }
}

void tellPresence() {
    publish("event:presence\ndata:{\"listeners\":" + subscribers.size() + "}\n\n");
}

void dropStuck() {
    long latest = System.currentTimeMillis() - SLOW_MS;
    synchronized (feed) {
        List<Subscriber> stuck = subscribers.stream()
            .filter(one -> one.writesSince > 0 && one.writesSince < latest).toList();
        stuck.forEach(this::drop);
    }
}

void events(Context ctx) throws IOException, InterruptedException {
    String header = ctx.header("Last-Event-ID");
    String last = header == null ? ctx.queryParam("lastEventId") : header;
    Long id = last == null ? null : Query.number("lastEventId", last);
    var one = new Subscriber(ctx);
    var missed = new ArrayDeque<Message>();
    synchronized (feed) {
        long newest = feed.newest();
        long after = id == null ? newest : id > newest ? 0 : id;
        for (List<Message> page; !(page = feed.after(after, 1_000)).isEmpty(); ) {
            missed.addAll(page);
            after = page.getLast().id();
        }
        subscribers.add(one);
        tellPresence();
    }
    try {
        ctx.contentType("text/event-stream").header("Cache-Control", "no-store");
        write(ctx, one, "retry:1500\n\n");
        while (!missed.isEmpty()) write(ctx, one, event(missed.remove()));
        for (String text; !(text = one.queue.take()).equals(OVER); ) write(ctx, one, text);
    } finally {
        drop(one);
    }
}

void write(Context ctx, Subscriber one, String text) throws IOException {
    one.writesSince = System.currentTimeMillis();
    ctx.res().getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    ctx.res().flushBuffer();
    one.writesSince = 0;
}
