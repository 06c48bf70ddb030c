// ANSWER  Counts the polls of each second by the clock, without a lock; the client is a timer.
// EXERCISE 4.1  Only what is new
void list(Context ctx) {
    ctx.header("cache-control", "no-store");
    String after = Objects.requireNonNullElse(ctx.queryParam("after"), "0");
    if (!java.util.regex.Pattern.matches("\\d{1,18}", after)) {
        throw new BadRequestResponse("A whole number, please.");
    }
    var cursor = new BigInteger(after);
    var news = new ArrayDeque<Message>();
    synchronized (feed) {
        for (int i = feed.size(); i > 0 && BigInteger.valueOf(i).compareTo(cursor) > 0; i--) {
            news.addFirst(feed.get(i - 1));
        }
    }
    while (news.size() > PAGE) news.removeLast();
    if (news.isEmpty()) ctx.status(204).result("");
    else ctx.json(news.toArray());
}
// END 4.1

// EXERCISE 4.2  Say how often
record Second(long number, int polls) {}

final AtomicReference<Second> now = new AtomicReference<>(new Second(0, 0));

void admit(Context ctx) {
    if ("POST".equals(ctx.req().getMethod())) return;
    long number = System.currentTimeMillis() / 1_000;
    Second mine = now.updateAndGet(before -> before.number == number
        ? new Second(number, before.polls + 1) : new Second(number, 1));
    if (mine.polls <= BUSY_PER_SECOND) return;
    ctx.res().setHeader("Retry-After", "1");
    throw new HttpResponseException(429, "The second is full.", Map.of());
}
// END 4.2

// EXERCISE 4.3  A client that asks well
final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
long seen;

void client(URI server) throws InterruptedException {
    timer.execute(() -> turn(server));
    timer.awaitTermination(1_000, TimeUnit.DAYS);
}

void turn(URI server) {
    long next = POLL_MS;
    try {
        var answer = ask(server.resolve("messages?after=%d".formatted(seen)));
        int status = answer.statusCode();
        if (status == 429 || status == 503) next = wait(answer.headers().map());
        if (status == 200 && print(messages(answer.body())) >= PAGE) next = 0;
    } catch (InterruptedException over) {
        timer.shutdown();
    }
    timer.schedule(() -> turn(server), next, TimeUnit.MILLISECONDS);
}

int print(List<Message> page) {
    for (Message each : page) {
        System.out.printf("%s: %s%n", each.from(), each.text());
        seen = each.id();
    }
    return page.size();
}

long wait(Map<String, List<String>> headers) {
    String told = headers.getOrDefault("retry-after", List.of("1")).getFirst();
    if (told.matches("\\d+")) return Duration.ofSeconds(Long.parseLong(told)).toMillis();
    var then = DateTimeFormatter.RFC_1123_DATE_TIME.parse(told, Instant::from);
    return Math.max(1, Instant.now().until(then, ChronoUnit.MILLIS) + 1);
}
// END 4.3

// EXERCISE 4.4  A client that never gives up
HttpResponse<byte[]> ask(URI address) throws InterruptedException {
    int most = BACKOFF_MS;
    Optional<HttpResponse<byte[]>> answer;
    while ((answer = once(address)).isEmpty()) {
        int half = most / 2;
        Thread.sleep(half + new Random().nextInt(most - half + 1));
        most = Math.min(most * 2, BACKOFF_MS * 32);
    }
    return answer.get();
}

Optional<HttpResponse<byte[]>> once(URI address) throws InterruptedException {
    try {
        return Optional.of(http.send(HttpRequest.newBuilder(address)
            .timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofByteArray()));
    } catch (IOException none) {
        return Optional.empty();
    }
}
// END 4.4
