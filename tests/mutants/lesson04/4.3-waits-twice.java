// MUTANT 4.3  Waits twice POLL_MS, before it asks and behind it.
// SAYS   so it asks again after that time
// EXERCISE 4.3  A client that asks well
void client(URI server) throws InterruptedException {
    long after = 0;
    while (true) {
        HttpResponse<byte[]> answer = ask(server.resolve("/messages?after=" + after));
        long wait = 2 * POLL_MS;
        if (answer.statusCode() == 200) {
            List<Message> news = messages(answer.body());
            for (Message message : news) {
                if (message.id() <= after) continue; // a server may repeat itself; we do not
                System.out.println(message.from() + ": " + message.text());
                after = message.id();
            }
            if (news.size() >= PAGE) wait = 0;
        } else if (answer.statusCode() == 429 || answer.statusCode() == 503) {
            wait = retryAfterMs(answer.headers().firstValue("Retry-After").orElse(""));
        }
        Thread.sleep(wait);
    }
}

/** RFC 9110, section 10.2.3: so many seconds, or a date until which to wait. */
long retryAfterMs(String value) {
    if (value.matches("[0-9]{1,9}")) return 1_000 * Long.parseLong(value);
    try {
        var then = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME);
        return Math.max(0, Duration.between(Instant.now(), then).toMillis() + 1); // not a bit early
    } catch (DateTimeParseException neither) {
        return POLL_MS;
    }
}
// END 4.3
