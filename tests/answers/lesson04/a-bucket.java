// ANSWER  A whole program on what the JDK has: a bucket that fills by the clock, a client by hand.
//JAVA 25+
//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.*;
import com.fasterxml.jackson.databind.*;
import com.sun.net.httpserver.*;

record Said(long id, String from, String text, String at) {}

static int of(String name, int otherwise) {
    return Optional.ofNullable(System.getenv(name)).map(Integer::parseInt).orElse(otherwise);
}

final ObjectMapper json = new ObjectMapper();
final List<Said> said = new CopyOnWriteArrayList<>();
final ReentrantLock pen = new ReentrantLock();
final Lock tap = new ReentrantLock();
final int most = of("BUSY_PER_SECOND", 200);
double polls = most;
long filled = System.nanoTime();

void main(String... words) throws Exception {
    if (words[0].equals("client")) {
        read(URI.create(words[1]));
        return;
    }
    var server = HttpServer.create(
        new InetSocketAddress("127.0.0.1", Integer.parseInt(words[0])), 1_000);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::serve);
    server.start();
    System.out.println("listening on http://127.0.0.1:" + server.getAddress().getPort());
}

void serve(HttpExchange exchange) throws IOException {
    try (exchange) {
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (!exchange.getRequestURI().getPath().equals("/messages")) {
            refuse(exchange, 404, "Nothing is here.");
            return;
        }
        switch (exchange.getRequestMethod()) {
            case "GET" -> news(exchange);
            case "POST" -> take(exchange, body);
            default -> refuse(exchange, 405, "GET and POST.");
        }
    }
}

void news(HttpExchange exchange) throws IOException {
    if (!drop()) {
        exchange.getResponseHeaders().set("Retry-After", "1");
        refuse(exchange, 429, "The bucket is empty.");
        return;
    }
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    String query = Objects.requireNonNullElse(exchange.getRequestURI().getRawQuery(), "");
    String after = "0";
    for (String each : query.split("&")) if (each.startsWith("after=")) after = each.substring(6);
    if (!after.matches("[0-9]{1,18}")) {
        refuse(exchange, 400, "after is a number.");
        return;
    }
    var news = new ArrayList<Said>();
    for (Said each : said) {
        if (each.id() > Long.parseLong(after) && news.size() < 100) news.add(each);
    }
    if (news.isEmpty()) exchange.sendResponseHeaders(204, -1);
    else answer(exchange, 200, news);
}

/** Takes one from the bucket, into which a second brings as many as it holds. */
boolean drop() {
    tap.lock();
    try {
        long now = System.nanoTime();
        polls = Math.min(most, polls + (now - filled) * 1e-9 * most);
        filled = now;
        if (polls < 1) return false;
        polls--;
        return true;
    } finally {
        tap.unlock();
    }
}

void take(HttpExchange exchange, byte[] body) throws IOException {
    JsonNode draft;
    try {
        draft = json.readTree(body);
    } catch (JsonProcessingException broken) {
        refuse(exchange, 400, "No JSON.");
        return;
    }
    String from = draft.path("from").asText();
    String text = draft.path("text").asText();
    if (from.isBlank() || text.isBlank()) {
        refuse(exchange, 400, "from and text.");
        return;
    }
    pen.lock();
    Said one;
    try {
        one = new Said(said.size() + 1, from, text,
            Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        said.add(one);
    } finally {
        pen.unlock();
    }
    exchange.getResponseHeaders().set("Location", "/messages?after=" + (one.id() - 1));
    answer(exchange, 201, one);
}

void refuse(HttpExchange exchange, int status, String why) throws IOException {
    answer(exchange, status, Map.of("error", why));
}

void answer(HttpExchange exchange, int status, Object what) throws IOException {
    byte[] body = json.writeValueAsBytes(what);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
}

// ---- the client ----

record Answer(int status, String retryAfter, byte[] body) {}

long last;

void read(URI server) throws InterruptedException {
    var out = new PrintStream(new FileOutputStream(FileDescriptor.out), true, UTF_8);
    while (true) {
        Answer answer = ask(server);
        long pause = of("POLL_MS", 1_000);
        if (answer.status == 200) {
            try {
                JsonNode page = json.readTree(answer.body);
                for (JsonNode each : page) {
                    last = each.path("id").asLong();
                    out.println(each.path("from").asText() + ": " + each.path("text").asText());
                }
                if (page.size() == 100) continue;
            } catch (IOException broken) {
                System.err.println(broken);
            }
        } else if (answer.status == 429 || answer.status == 503) {
            pause = answer.retryAfter.matches("\\d+") ? Integer.parseInt(answer.retryAfter) * 1_000L
                : 1 + Duration.between(Instant.now(), ZonedDateTime.parse(answer.retryAfter,
                    DateTimeFormatter.RFC_1123_DATE_TIME).toInstant()).toMillis();
        }
        if (pause > 0) Thread.sleep(pause);
    }
}

Answer ask(URI server) throws InterruptedException {
    int unit = of("BACKOFF_MS", 250);
    for (int times = 1; ; times = Math.min(32, 2 * times)) {
        try (var socket = new Socket(server.getHost(), server.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("GET /messages?after=" + last + " HTTP/1.1\r\nHost: "
                + server.getAuthority() + "\r\nConnection: close\r\n\r\n").getBytes(UTF_8));
            return answer(new DataInputStream(socket.getInputStream()));
        } catch (IOException none) {
            Thread.sleep(ThreadLocalRandom.current().nextInt(unit * times / 2, unit * times + 1));
        }
    }
}

@SuppressWarnings("deprecation") // readLine takes each byte for a letter, as a head wants it
Answer answer(DataInputStream in) throws IOException {
    String first = in.readLine();
    if (first == null) throw new EOFException();
    var head = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    for (String line; (line = in.readLine()) != null && !line.isEmpty(); ) {
        head.put(line.split(":", 2)[0], line.split(":", 2)[1].strip());
    }
    byte[] body = new byte[Integer.parseInt(head.getOrDefault("Content-Length", "0"))];
    in.readFully(body);
    return new Answer(Integer.parseInt(first.split(" ")[1]),
        head.getOrDefault("Retry-After", "1"), body);
}
