// ANSWER  A whole server that walks from byte to byte: nothing given, no lines, no patterns.
//JAVA 25+

import static java.nio.charset.StandardCharsets.*;

static final int KIB16 = 16_384, MIB = 1_048_576;
static final int END = -1;
static final boolean[] NAME = names();

static boolean[] names() {
    var names = new boolean[256];
    for (char c = '0'; c <= 'z'; c++) names[c] = Character.isLetterOrDigit(c);
    for (char c : "!#$%&'*+-.^_`|~".toCharArray()) names[c] = true;
    return names;
}

/** Thrown where a request is refused; the connection ends behind it. */
static final class No extends IOException {
    final int status;

    No(int status, String why) {
        super(why);
        this.status = status;
    }
}

static final class Bytes {
    private final InputStream from;
    private final byte[] piece = new byte[2048];
    private int at, end;

    Bytes(InputStream from) {
        this.from = from;
    }

    int peek() throws IOException {
        if (at == end) {
            at = 0;
            end = Math.max(0, from.read(piece));
        }
        return end == 0 ? END : piece[at] & 0xff;
    }

    int take() throws IOException {
        int next = peek();
        if (next == END) throw new No(400, "This ends too early.");
        at++;
        return next;
    }

    void take(String wanted) throws IOException {
        for (char c : wanted.toCharArray()) {
            if (take() != c) throw new No(400, "Something else belongs here.");
        }
    }

    byte[] take(int count) throws IOException {
        byte[] all = new byte[count];
        for (int i = 0; i < count; i++) all[i] = (byte) take();
        return all;
    }
}

static final class Asked {
    String method = "", target = "", version = "";
    final List<String[]> fields = new ArrayList<>(); // name in lower case, value

    List<String> values(String name) {
        var found = new ArrayList<String>();
        for (String[] field : fields) if (field[0].equals(name)) found.add(field[1]);
        return found;
    }

    boolean says(String name, String word) {
        for (String value : values(name)) {
            for (String each : value.split(",")) {
                if (each.strip().equalsIgnoreCase(word)) return true;
            }
        }
        return false;
    }

    String path() {
        String path = target;
        if (path.regionMatches(true, 0, "http://", 0, 7)) {
            int slash = path.indexOf('/', 7);
            path = slash < 0 ? "/" : path.substring(slash);
        }
        int query = path.indexOf('?');
        return query < 0 ? path : path.substring(0, query);
    }
}

final List<byte[]> texts = Collections.synchronizedList(new ArrayList<>());
final ConcurrentMap<String, AtomicInteger> guests = new ConcurrentHashMap<>();
final SecureRandom random = new SecureRandom();
final int idle = Integer.parseInt(System.getenv().getOrDefault("IDLE_MS", "10000"));

void main(String... words) throws IOException {
    var door = new ServerSocket(Integer.parseInt(words[0]), 500, InetAddress.getLoopbackAddress());
    System.out.println("listening on http://127.0.0.1:" + door.getLocalPort());
    var crew = Executors.newCachedThreadPool();
    while (true) {
        Socket guest = door.accept();
        crew.execute(() -> attend(guest));
    }
}

void attend(Socket guest) {
    try (guest) {
        guest.setSoTimeout(idle);
        guest.setTcpNoDelay(true);
        var in = new Bytes(guest.getInputStream());
        while (oneMore(in, guest.getOutputStream())) {
            // and one more
        }
        guest.shutdownOutput();
        guest.setSoTimeout(800);
        for (int left = 64 * MIB, count; left > 0; left -= count) {
            count = guest.getInputStream().read(in.piece);
            if (count < 0) return;
        }
    } catch (IOException gone) {
        // it was silent, or has left
    }
}

boolean oneMore(Bytes in, OutputStream out) throws IOException {
    if (in.peek() == '\r') in.take("\r\n");
    if (in.peek() == END) return false;
    var asked = new Asked();
    try {
        head(in, asked);
        int length = length(asked);
        if (length == END && asked.method.equals("POST") && asked.path().equals("/messages")) {
            throw new No(411, "How long is it?");
        }
        if (asked.says("expect", "100-continue") && length != END) {
            out.write("HTTP/1.1 100 Go on\r\n\r\n".getBytes(US_ASCII));
        }
        byte[] body = length == CHUNKS ? chunks(in) : in.take(Math.max(0, length));
        boolean last = asked.says("connection", "close") || asked.version.equals("HTTP/1.0");
        out.write(answer(asked, body, last));
        return !last;
    } catch (No no) {
        boolean bare = asked.method.equals("HEAD");
        out.write(told(no.status, "text/plain", no.getMessage().getBytes(UTF_8), "", true, bare));
        return false;
    }
}

void head(Bytes in, Asked asked) throws IOException {
    var word = new StringBuilder();
    for (int c; (c = in.take()) != ' '; word.append((char) c)) {
        if (!NAME[c] || word.length() > 100) throw new No(400, "No method looks like that.");
    }
    asked.method = word.toString();
    word.setLength(0);
    for (int c; (c = in.take()) != ' '; word.append((char) c)) {
        if (c < '!' || c > '~') throw new No(400, "No target looks like that.");
        if (word.length() == KIB16) throw new No(414, "The target is too long.");
    }
    asked.target = word.toString();
    in.take("HTTP/");
    int major = in.take();
    in.take(".");
    int minor = in.take();
    in.take("\r\n");
    if (major < '0' || major > '9' || minor < '0' || minor > '9') throw new No(400, "A version?");
    if (major != '1') throw new No(505, "HTTP/1.1, please.");
    asked.version = "HTTP/1." + (char) minor;

    int left = KIB16;
    while (in.peek() != '\r') {
        var name = new StringBuilder();
        for (int c; (c = in.take()) != ':'; name.append((char) Character.toLowerCase(c))) {
            if (!NAME[c]) throw new No(400, "No header's name looks like that.");
            if (--left < 0) throw new No(431, "The headers are too long.");
        }
        var value = new StringBuilder();
        for (int c; (c = in.take()) != '\r'; value.append((char) c)) {
            if (c < ' ' && c != '\t' || c == 127) throw new No(400, "A control character.");
            if (--left < 0) throw new No(431, "The headers are too long.");
        }
        in.take("\n");
        left -= 3;
        if (left < 0) throw new No(431, "The headers are too long.");
        asked.fields.add(new String[] {name.toString(), value.toString().strip()});
    }
    in.take("\r\n");
    int hosts = asked.values("host").size();
    if (hosts > 1 || hosts == 0 && !asked.version.equals("HTTP/1.0")) {
        throw new No(400, "One Host, please.");
    }
}

static final int CHUNKS = -2;

int length(Asked asked) throws IOException {
    var lengths = asked.values("content-length");
    var codings = asked.values("transfer-encoding");
    if (!codings.isEmpty()) {
        if (!lengths.isEmpty()) throw new No(400, "Two lengths.");
        if (codings.size() == 1 && codings.getFirst().equalsIgnoreCase("chunked")) return CHUNKS;
        throw new No(501, "Chunked alone is known here.");
    }
    if (lengths.isEmpty()) return END;
    if (Set.copyOf(lengths).size() > 1) throw new No(400, "Two lengths.");
    return number(lengths.getFirst(), 10);
}

/** Up to a MiB; digits alone. */
int number(String digits, int radix) throws IOException {
    if (digits.isEmpty()) throw new No(400, "A number is missing.");
    long sum = 0;
    for (char c : digits.toCharArray()) {
        int digit = c < 128 ? Character.digit(c, radix) : -1;
        if (digit < 0) throw new No(400, "This is no number: " + digits);
        sum = Math.min(sum * radix + digit, MIB + 1L);
    }
    if (sum > MIB) throw new No(413, "A MiB at most.");
    return (int) sum;
}

byte[] chunks(Bytes in) throws IOException {
    var all = new ByteArrayOutputStream();
    while (true) {
        var digits = new StringBuilder();
        for (; Character.digit(in.peek(), 16) >= 0 && digits.length() < 20; ) {
            digits.append((char) in.take());
        }
        int size = number(digits.toString(), 16);
        if (all.size() + size > MIB) throw new No(413, "A MiB at most.");
        int next = in.take();
        if (next == ';') {
            for (int most = KIB16; (next = in.take()) != '\r'; ) {
                if (--most < 0 || next < ' ' && next != '\t') throw new No(400, "An extension?");
            }
        }
        if (next != '\r') throw new No(400, "A size, and then CR LF.");
        in.take("\n");
        if (size == 0) break;
        all.write(in.take(size));
        in.take("\r\n");
    }
    for (int left = KIB16; in.peek() != '\r'; in.take("\n")) { // trailers, which nobody needs
        boolean named = false;
        for (int c; (c = in.take()) != '\r'; named |= c == ':') {
            if (--left < 0) throw new No(431, "The trailers are too long.");
            if (!named && c != ':' && !NAME[c]) throw new No(400, "A trailer?");
        }
        if (!named) throw new No(400, "A trailer?");
    }
    in.take("\r\n");
    return all.toByteArray();
}

byte[] answer(Asked asked, byte[] body, boolean last) {
    boolean head = asked.method.equals("HEAD");
    String path = asked.path();
    byte[] kept = kept(path);
    String known = path.equals("/messages") ? "POST"
        : kept != null || Set.of("/", "/time", "/visits", "/request").contains(path) ? "GET, HEAD"
        : "";
    if (known.isEmpty()) return told(404, "text/plain", "Nothing.".getBytes(), "", last, head);
    if (!Arrays.asList(known.split(", ")).contains(asked.method)) {
        return told(405, "text/plain", known.getBytes(), "Allow: " + known + "\r\n", last, head);
    }
    String more = "";
    String type = "text/plain";
    int status = 200;
    byte[] said;
    if (path.equals("/messages")) {
        String place = keep(body);
        status = 201;
        said = place.getBytes(US_ASCII);
        more = "Location: " + place + "\r\n";
    } else if (path.equals("/")) {
        type = "text/html";
        said = "<!doctype html><html lang=en><title>ü</title><h1>✓ it works</h1></html>"
            .getBytes(UTF_8);
    } else if (path.equals("/time")) {
        said = OffsetDateTime.now(ZoneOffset.UTC)
            .format(DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss'Z'")).getBytes();
    } else if (path.equals("/request")) {
        said = understood(asked).getBytes(ISO_8859_1);
    } else if (path.equals("/visits")) {
        AtomicInteger guest = guest(asked);
        if (guest == null) {
            var id = new BigInteger(128, random).toString(36);
            guests.put(id, guest = new AtomicInteger());
            more = "Set-Cookie: guest=" + id + "\r\n";
        }
        said = ("" + guest.incrementAndGet()).getBytes();
    } else {
        said = kept;
    }
    return told(status, type, said, more, last, head);
}

synchronized String keep(byte[] text) {
    texts.add(text);
    return "/messages/" + texts.size();
}

byte[] kept(String path) {
    for (int i = texts.size(); i > 0; i--) {
        if (path.equals("/messages/" + i)) return texts.get(i - 1);
    }
    return null;
}

AtomicInteger guest(Asked asked) {
    for (String line : asked.values("cookie")) {
        for (var pairs = new StringTokenizer(line, ";"); pairs.hasMoreTokens(); ) {
            String pair = pairs.nextToken().strip();
            if (!pair.startsWith("guest=")) continue;
            AtomicInteger guest = guests.get(pair.substring("guest=".length()));
            if (guest != null) return guest;
        }
    }
    return null;
}

String understood(Asked asked) {
    var fields = new ArrayList<>(asked.fields);
    fields.sort(Comparator.comparing(field -> field[0])); // stable: equal names keep their order
    var text = new StringJoiner("\n");
    text.add(asked.method + " " + asked.target + " " + asked.version);
    for (String[] field : fields) text.add(field[0] + ": " + field[1]);
    return text.toString();
}

byte[] told(int status, String type, byte[] body, String more, boolean last, boolean head) {
    var now = ZonedDateTime.now(ZoneOffset.UTC);
    String date = now.getDayOfWeek().getDisplayName(java.time.format.TextStyle.SHORT, Locale.US)
        + String.format(", %02d ", now.getDayOfMonth())
        + now.getMonth().getDisplayName(java.time.format.TextStyle.SHORT, Locale.US)
        + String.format(" %d %tT GMT", now.getYear(), now);
    byte[] start = ("HTTP/1.1 " + status + " \r\nServer: scanner\r\nDate: " + date
        + "\r\ncontent-type: " + type + ";charset=UTF-8\r\ncontent-length: " + body.length + "\r\n"
        + more + (last ? "Connection: close\r\n" : "") + "\r\n").getBytes(ISO_8859_1);
    byte[] all = Arrays.copyOf(start, start.length + (head ? 0 : body.length));
    System.arraycopy(body, 0, all, start.length, all.length - start.length);
    return all;
}
