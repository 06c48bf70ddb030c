// ANSWER  No thread waits: each request is a future, which a post completes; a 102 tells who left.
//JAVA 25+
//DEPS io.javalin:javalin:7.2.3
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES ../lessons/given/Feed.java ../lessons/given/Query.java
//SOURCES ../lessons/given/Refusal.java ../lessons/given/Web.java
//FILES web/lesson05.html=../lessons/web/lesson05.html

import given.*;
import io.javalin.http.BadRequestResponse;
import io.javalin.http.Context;
import java.lang.management.ManagementFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

static final class Question {
    final Context ctx;
    final long after;
    final CompletableFuture<List<Message>> answer = new CompletableFuture<>();

    Question(Context ctx, long after) {
        this.ctx = ctx;
        this.after = after;
    }

    // The same lock for an interim answer and for the final one: never both at once.
    synchronized void reply(List<Message> page) {
        answer.complete(page);
    }

    synchronized void ask() {
        if (answer.isDone()) return;
        try {
            ctx.res().sendError(102);
        } catch (IOException gone) {
            answer.complete(List.of());
        }
    }
}

final Feed feed = new Feed();
final Set<Question> open = ConcurrentHashMap.newKeySet();
final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);

void main(String[] args) {
    clock.scheduleWithFixedDelay(() -> open.forEach(Question::ask), 400, 400,
        TimeUnit.MILLISECONDS);
    Web.serve(7005, args, config -> {
        Refusal.answersWhatIsThrown(config);
        config.jetty.threadPool = new QueuedThreadPool(48);
        config.routes.get("/messages", this::ask);
        config.routes.post("/messages", this::post);
        config.routes.get("/stats", ctx -> ctx.json(Map.of("waiting", open.size(),
            "threads", ManagementFactory.getThreadMXBean().getThreadCount())));
    });
}

void ask(Context ctx) {
    long wait = Query.number("wait", ctx.queryParam("wait"));
    if (wait > 60) throw new BadRequestResponse("Nobody waits for more than a minute here.");
    var question = new Question(ctx, Query.number("after", ctx.queryParam("after")));
    ctx.header("Cache-Control", "no-store");
    ctx.future(() -> {
        open.add(question);
        List<Message> there = feed.after(question.after, 100);
        if (!there.isEmpty() || wait == 0) question.reply(there);
        else clock.schedule(() -> question.reply(List.of()), wait, TimeUnit.SECONDS);
        return question.answer.thenAccept(page -> {
            open.remove(question);
            if (page.isEmpty()) ctx.status(204);
            else ctx.json(page);
        });
    });
}

void post(Context ctx) throws IOException {
    Message message = feed.add(Draft.of(ctx));
    ctx.status(201).header("Location", "/messages?after=" + (message.id() - 1)).json(message);
    // Most ask behind the same message, and get the same page.
    var asked = open.stream().filter(each -> each.after < message.id())
        .collect(java.util.stream.Collectors.groupingBy(each -> each.after));
    asked.forEach((after, all) -> {
        List<Message> page = feed.after(after, 100);
        all.forEach(each -> each.reply(page));
    });
}
