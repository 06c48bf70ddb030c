// ANSWER  Tickets that come back a second later, and a client that is a state machine.
// EXERCISE 4.1  Only what is new
void list(Context ctx) {
    var after = ctx.queryParams("after");
    ctx.header("Cache-Control", "private, no-store, max-age=0");
    long cursor = 0;
    if (!after.isEmpty()) {
        String digits = after.get(0);
        boolean plain = digits.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!plain || digits.isEmpty() || digits.length() > 18) {
            ctx.status(400).json(Map.of("error", "after?"));
            return;
        }
        cursor = Long.valueOf(digits);
    }
    long known = cursor;
    Message[] all;
    synchronized (feed) {
        all = feed.toArray(Message[]::new);
    }
    var news = Stream.of(all).filter(message -> message.id() > known).limit(PAGE).toList();
    if (news.size() > 0) {
        ctx.json(news);
        return;
    }
    ctx.status(HttpStatus.NO_CONTENT);
}
// END 4.1

// EXERCISE 4.2  Say how often
final Semaphore tickets = new Semaphore(BUSY_PER_SECOND, true);
final ScheduledExecutorService later = Executors.newScheduledThreadPool(1,
    Thread.ofPlatform().daemon().factory());

void admit(Context ctx) {
    if (ctx.method() != HandlerType.GET || tickets.tryAcquire()) {
        if (ctx.method() == HandlerType.GET) {
            later.schedule(() -> tickets.release(), 1, TimeUnit.SECONDS);
        }
        return;
    }
    ctx.header("Retry-After", "1");
    throw new TooManyRequestsResponse("Later.");
}
// END 4.2

// EXERCISE 4.3  A client that asks well
enum Next { AT_ONCE, IN_A_WHILE, AS_TOLD }

void client(URI server) throws InterruptedException {
    var printed = new TreeSet<Long>(List.of(0L));
    var out = new PrintWriter(System.out, true);
    for (Next next = Next.AT_ONCE; ; ) {
        var answer = ask(URI.create(server + "/messages?after=" + printed.last()));
        next = switch (answer.statusCode()) {
            case 200 -> {
                var page = messages(answer.body());
                page.stream().filter(message -> printed.add(message.id()))
                    .map(message -> message.from() + ": " + message.text()).forEach(out::println);
                yield page.size() == PAGE ? Next.AT_ONCE : Next.IN_A_WHILE;
            }
            case 429, 503 -> Next.AS_TOLD;
            default -> Next.IN_A_WHILE;
        };
        TimeUnit.MILLISECONDS.sleep(switch (next) {
            case AT_ONCE -> 0;
            case IN_A_WHILE -> POLL_MS;
            case AS_TOLD -> told(answer.headers().firstValue("retry-after").orElse("1"));
        });
    }
}

long told(String when) {
    try {
        return TimeUnit.SECONDS.toMillis(Long.parseUnsignedLong(when));
    } catch (NumberFormatException date) {
        var then = LocalDateTime.parse(when, DateTimeFormatter
            .ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'", Locale.ROOT)).toInstant(ZoneOffset.UTC);
        return Math.max(0, then.toEpochMilli() - System.currentTimeMillis() + 5);
    }
}
// END 4.3

// EXERCISE 4.4  A client that never gives up
HttpResponse<byte[]> ask(URI address) throws InterruptedException {
    for (int tries = 0; ; tries++) {
        try {
            return http.sendAsync(HttpRequest.newBuilder(address).GET().build(),
                HttpResponse.BodyHandlers.ofByteArray()).get(15, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException none) {
            long most = (long) BACKOFF_MS << Math.min(tries, 5);
            Thread.sleep(Math.round(most * (1 + Math.random()) / 2));
        }
    }
}
// END 4.4
