// ANSWER  A header is read into a buffer, codes stand in a set, and Java's own decoder reads along.
// EXERCISE 7.1  The handshake
String accept(String key) {
    byte[] text = (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(UTF_8);
    try {
        return new String(Base64.getEncoder().encode(MessageDigest.getInstance("SHA1")
            .digest(text)), US_ASCII);
    } catch (GeneralSecurityException none) {
        throw new AssertionError(none);
    }
}

List<String> handshake(Request request) {
    var faults = new LinkedHashMap<String, Boolean>();
    faults.put("GET", request.method().equals("GET"));
    faults.put("HTTP/1.1", request.version().equals("HTTP/1.1"));
    faults.put("one Host", request.all("Host").size() == 1);
    faults.put("Upgrade: websocket", request.has("Upgrade", "websocket"));
    faults.put("Connection: Upgrade", request.has("Connection", "upgrade"));
    demand(faults);
    String version = String.join(",", request.all("Sec-WebSocket-Version"));
    if (!version.equals("13")) {
        throw new Refusal(Answer.text(426, "13 it must be.").with("Sec-WebSocket-Version", "13")
            .with("Upgrade", "WebSocket"));
    }
    String key = String.join(" ", request.all("Sec-WebSocket-Key"));
    demand(Map.of("one key", key.length() == 24
        && key.matches("[a-zA-Z0-9/+]*==") && !key.endsWith("===")));
    var offered = new ArrayList<>(request.list("Sec-WebSocket-Protocol"));
    offered.retainAll(PROTOCOLS);
    var lines = new ArrayList<String>();
    lines.add("Connection: upgrade");
    lines.add("Upgrade: websocket");
    lines.add("Sec-WebSocket-Accept: " + accept(key));
    if (!offered.isEmpty()) lines.add("Sec-WebSocket-Protocol: " + offered.getFirst());
    return lines;
}

void demand(Map<String, Boolean> faults) {
    faults.forEach((what, there) -> {
        if (!there) throw new Refusal(400, "Missing: " + what);
    });
}
// END 7.1

// EXERCISE 7.2  Read frames
Header readHeader(Client client) throws IOException {
    var head = ByteBuffer.allocate(14);
    client.in.readFully(head.array(), 0, 2);
    int first = head.get();
    int second = head.get();
    if (second >= 0) throw new Failure(PROTOCOL_ERROR, "where is the mask?");
    int seven = second & 127;
    int rest = seven < 126 ? 4 : seven == 126 ? 6 : 12;
    client.in.readFully(head.array(), 2, rest);
    long length = switch (seven) {
        case 126 -> Short.toUnsignedLong(head.getShort());
        case 127 -> head.getLong();
        default -> seven;
    };
    var mask = new byte[4];
    head.get(mask);
    return new Header(first < 0, (first & 0x70) / 16, first & 15, length, mask);
}

void unmask(byte[] payload, int from, int to, byte[] mask) {
    int at = from;
    while (at < to) {
        payload[at] = (byte) (payload[at] ^ mask[at % 4]);
        at++;
    }
}
// END 7.2

// EXERCISE 7.3  Write frames
void write(Client client, int opcode, byte[] payload) throws IOException {
    var head = ByteBuffer.allocate(10).put((byte) (opcode - 128));
    if (payload.length < 126) head.put((byte) payload.length);
    else if (payload.length < 65_536) head.put((byte) 126).putChar((char) payload.length);
    else head.put((byte) 127).putLong(payload.length);
    client.out.write(head.array(), 0, head.position());
    client.out.write(payload);
    client.out.flush();
}

void echo(Client client, int opcode, byte[] message) throws IOException {
    write(client, opcode == TEXT ? TEXT : BINARY, message);
}
// END 7.3

// EXERCISE 7.4  Ping, pong
void checkControl(Header header) {
    boolean fine = !header.isControl() || header.fin() && header.length() < 126;
    if (!fine) throw new Failure(PROTOCOL_ERROR, "a control frame is one, and small");
}

void pong(Client client, byte[] payload) throws IOException {
    write(client, PONG, payload.clone());
}
// END 7.4

// EXERCISE 7.5  Say goodbye
static final Set<Integer> CODES = Set.of(1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011,
    1012, 1013, 1014);

void close(Client client, byte[] payload) throws IOException {
    int code = switch (payload.length) {
        case 0 -> -1;
        case 1 -> throw new Failure(PROTOCOL_ERROR, "half a code");
        default -> ByteBuffer.wrap(payload).getChar();
    };
    if (code == -1) {
        sendClose(client, new byte[0]);
    } else if (CODES.contains(code) || code / 1000 == 3 || code / 1000 == 4) {
        sendClose(client, payload);     // the reason, too
    } else {
        throw new Failure(PROTOCOL_ERROR, "" + code);
    }
}
// END 7.5

// EXERCISE 7.6  Fragments
void checkOrder(Client client, Header header) {
    if (header.isControl()) return;
    boolean begins = header.opcode() != CONTINUATION;
    boolean isOpen = client.opcode != NONE;
    if (begins == isOpen) throw new Failure(PROTOCOL_ERROR, begins ? "not yet" : "of what?");
    if (begins) {
        client.opcode = header.opcode();
        client.message.reset();
    }
}

void collect(Client client, Header header, byte[] payload) throws IOException {
    client.message.write(payload);
    if (header.fin()) {
        int kind = client.opcode;
        client.opcode = NONE;
        byte[] whole = client.message.toByteArray();
        client.message.reset();
        echo(client, kind, whole);
    }
}
// END 7.6

// EXERCISE 7.7  Text is UTF-8
class Utf8 implements Text {
    private final java.nio.charset.CharsetDecoder decoder = UTF_8.newDecoder(); // it reports
    private ByteBuffer begun = ByteBuffer.allocate(0); // a letter of which bytes are missing

    @Override
    public void take(byte[] text, int from, int to) {
        var bytes = ByteBuffer.allocate(begun.remaining() + to - from);
        bytes.put(begun).put(text, from, to - from).flip();
        judge(decoder.decode(bytes, java.nio.CharBuffer.allocate(bytes.limit()), false));
        begun = bytes;
        // Half of a surrogate pair is known by its second byte; the decoder waits for the third.
        boolean half = bytes.remaining() == 2 && bytes.getShort(bytes.position()) >= (short) 0xEDA0
            && bytes.get(bytes.position()) == (byte) 0xED;
        if (half) throw new Failure(NOT_UTF8, "a surrogate");
    }

    @Override
    public void end() {
        boolean inside = begun.hasRemaining();
        begun = ByteBuffer.allocate(0);
        decoder.reset();
        if (inside) throw new Failure(NOT_UTF8, "half a letter");
    }

    private void judge(java.nio.charset.CoderResult result) {
        if (result.isError()) throw new Failure(NOT_UTF8, "no text");
    }
}

void checkReason(byte[] close) {
    try {
        int length = Math.max(0, close.length - 2);
        UTF_8.newDecoder().decode(ByteBuffer.wrap(close, close.length - length, length));
    } catch (java.nio.charset.CharacterCodingException wrong) {
        throw new Failure(NOT_UTF8, "the reason");
    }
}
// END 7.7

// EXERCISE 7.8  Refuse nonsense
void checkBits(Header header) {
    boolean known = List.of(CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG)
        .contains(header.opcode());
    if (!known || header.reserved() > 0 || Long.signum(header.length()) < 0) {
        throw new Failure(PROTOCOL_ERROR, "reserved");
    }
}

void checkSize(Client client, Header header) {
    if (header.isControl()) return;
    long before = header.opcode() == CONTINUATION ? client.message.size() : 0;
    if (Math.subtractExact(header.length(), MAX_MESSAGE) > -before) {
        throw new Failure(TOO_BIG, "more than " + MAX_MESSAGE);
    }
}
// END 7.8
