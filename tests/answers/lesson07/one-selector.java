// ANSWER  One thread for everybody: what came lies in a buffer, and is parsed as far as it goes.
//JAVA 25+
//FILES web/lesson07.html=../lessons/web/lesson07.html

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.channels.*;

static final int MOST = 1 << 20;
static final int HEAD = 16_384;
static final int UNSENT = 4 << 20;      // who lets more wait is not read for a while
static final long FAREWELL_NS = 1_000_000_000;

/** What is to be told to a client before its connection ends. */
static final class Break extends Exception {
    final byte[] last;

    Break(byte[] last) {
        this.last = last;
    }

    static Break close(int code) {
        return new Break(frame(8, new byte[] {(byte) (code >> 8), (byte) code}));
    }

    static Break http(String status, String... headers) {
        String why = "This is no handshake: " + status + "\n";
        return new Break(("HTTP/1.1 " + status + "\r\n" + String.join("", headers)
            + "Connection: close\r\nContent-Type: text/plain\r\nContent-Length: " + why.length()
            + "\r\n\r\n" + why).getBytes(ISO_8859_1));
    }
}

static final class Peer {
    final SocketChannel channel;
    ByteBuffer came = ByteBuffer.allocate(HEAD);
    final Deque<ByteBuffer> unsent = new ArrayDeque<>();
    long waiting;                       // bytes of it
    boolean upgraded, finished, silent; // finished: we say no more; silent: nor does the client
    long until;                         // when a finished one is cut off; 0: not yet sent

    byte[] message = {};                // of the frames so far
    int kind;                           // 0: there is none
    int letter;                         // where in a letter the text is, see follows

    Peer(SocketChannel channel) {
        this.channel = channel;
    }

    void say(byte[] bytes) {
        unsent.add(ByteBuffer.wrap(bytes));
        waiting += bytes.length;
    }
}

void main(String[] words) throws IOException {
    var selector = Selector.open();
    var door = ServerSocketChannel.open();
    door.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(words[0])), 1_000);
    door.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
    System.out.println("listening on " + door.getLocalAddress());
    while (true) {
        selector.select(200);
        for (var key : selector.keys()) {
            if (!key.isValid()) continue;
            if (key.attachment() instanceof Peer peer) attend(key, peer);
            else if (key.isAcceptable()) {
                var channel = door.accept();
                if (channel == null) continue;
                channel.configureBlocking(false);
                channel.register(selector, SelectionKey.OP_READ, new Peer(channel));
                break; // keys has changed
            }
        }
        selector.selectedKeys().clear();
    }
}

void attend(SelectionKey key, Peer peer) {
    try {
        if (!peer.silent && peer.waiting < UNSENT) read(peer);
        flush(peer);
        boolean over = peer.until > 0 && (peer.silent || System.nanoTime() > peer.until);
        if (over) {
            key.channel().close();
            return;
        }
        key.interestOps((peer.unsent.isEmpty() ? 0 : SelectionKey.OP_WRITE)
            | (peer.silent || peer.waiting >= UNSENT ? 0 : SelectionKey.OP_READ));
    } catch (IOException gone) {
        key.cancel();
        try {
            peer.channel.close();
        } catch (IOException already) {
            System.out.println(already.getMessage());
        }
    }
}

void read(Peer peer) throws IOException {
    if (!peer.came.hasRemaining()) {
        peer.came = ByteBuffer.allocate(4 * peer.came.capacity()).put(peer.came.flip());
    }
    peer.silent = peer.channel.read(peer.came) < 0;
    peer.came.flip();
    try {
        while (!peer.finished && (peer.upgraded ? frame(peer) : head(peer))) { /* the next */ }
        if (peer.silent && !peer.finished) throw new Break(new byte[0]);
    } catch (Break end) {
        peer.say(end.last);
        peer.finished = true;
    }
    if (peer.finished) peer.came.position(peer.came.limit());
    peer.came.compact();
}

void flush(Peer peer) throws IOException {
    while (!peer.unsent.isEmpty()) {
        peer.waiting -= peer.channel.write(peer.unsent.element());
        if (peer.unsent.element().hasRemaining()) return;
        peer.unsent.remove();
    }
    if (!peer.finished || peer.until > 0) return;
    peer.channel.shutdownOutput();
    peer.until = System.nanoTime() + FAREWELL_NS;
}

// ---- HTTP ---------------------------------------------------------------------------------------

/** True: it is read, and what follows may be looked at. */
boolean head(Peer peer) throws Break {
    String text = ISO_8859_1.decode(peer.came.duplicate()).toString();
    int end = text.indexOf("\r\n\r\n");
    if (end < 0 && text.length() >= HEAD) throw Break.http("431 Too Long");
    if (end < 0) return false;
    peer.came.position(peer.came.position() + end + 4);
    List<String> lines = List.of(text.substring(0, end).split("\r\n"));
    String[] first = lines.getFirst().split(" ");
    if (first.length != 3) throw Break.http("400 Bad Request");
    var headers = new HashMap<String, List<String>>();
    for (String line : lines.subList(1, lines.size())) {
        int colon = line.indexOf(':');
        if (colon <= 0) throw Break.http("400 Bad Request");
        headers.computeIfAbsent(line.substring(0, colon).toLowerCase(Locale.ROOT),
            _ -> new ArrayList<>()).add(line.substring(colon + 1).strip());
    }
    String path = first[1].split("\\?", 2)[0];
    if (path.equals("/")) throw new Break(("HTTP/1.1 200 OK\r\nConnection: close\r\n"
        + "Content-Type: text/html\r\nContent-Length: 15\r\n\r\n<!doctype html>")
        .getBytes(ISO_8859_1));
    if (!path.equals("/ws")) throw Break.http("404 Not Found");
    peer.say(upgrade(first, headers).getBytes(ISO_8859_1));
    peer.upgraded = true;
    return true;
}

String upgrade(String[] first, Map<String, List<String>> headers) throws Break {
    boolean wrong = !first[0].equals("GET") || !first[2].equals("HTTP/1.1")
        || headers.getOrDefault("host", List.of()).size() != 1
        || !tokens(headers, "upgrade").contains("websocket")
        || !tokens(headers, "connection").contains("upgrade");
    if (wrong) throw Break.http("400 Bad Request");
    if (!List.of("13").equals(headers.get("sec-websocket-version"))) {
        throw Break.http("426 Upgrade Required", "Upgrade: websocket\r\n",
            "Sec-WebSocket-Version: 13\r\n");
    }
    List<String> keys = headers.getOrDefault("sec-websocket-key", List.of());
    if (keys.size() != 1 || !keys.getFirst().matches("[\\w+/&&[^_]]{22}==")) {
        throw Break.http("400 Bad Request");
    }
    boolean chats = String.join(",", headers.getOrDefault("sec-websocket-protocol", List.of()))
        .matches("(.*,)?\\s*chat\\s*(,.*)?");
    return "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: WebSocket\r\n"
        + (chats ? "Sec-WebSocket-Protocol: chat\r\n" : "")
        + "Sec-WebSocket-Accept: " + accept(keys.getFirst()) + "\r\n\r\n";
}

List<String> tokens(Map<String, List<String>> headers, String name) {
    return headers.getOrDefault(name, List.of()).stream()
        .flatMap(line -> Stream.of(line.toLowerCase(Locale.ROOT).split("[ \t]*,[ \t]*"))).toList();
}

String accept(String key) {
    try {
        var sha = MessageDigest.getInstance("SHA-1");
        sha.update(key.getBytes(ISO_8859_1));
        sha.update("258EAFA5-E914-47DA-95CA-C5AB0DC85B11".getBytes(ISO_8859_1));
        return new String(Base64.getEncoder().encode(sha.digest()), ISO_8859_1);
    } catch (NoSuchAlgorithmException missing) {
        throw new IllegalStateException(missing);
    }
}

// ---- frames -------------------------------------------------------------------------------------

/** True: a whole frame was there, and is done. */
boolean frame(Peer peer) throws Break {
    ByteBuffer in = peer.came.duplicate();
    if (in.remaining() < 2) return false;
    int first = in.get() & 0xFF;
    int second = in.get() & 0xFF;
    boolean fin = first > 0x7F;
    int opcode = first % 16;
    if (first / 16 % 8 > 0 || opcode % 8 > 2 || second < 0x80) throw Break.close(1002);
    if (opcode > 7 && (!fin || second > 0x80 + 125)) throw Break.close(1002);
    int more = second == 0xFE ? 2 : second == 0xFF ? 8 : 0;
    if (in.remaining() < more) return false;
    long length = more == 0 ? second - 0x80 : more == 2 ? in.getShort() & 0xFFFF : in.getLong();
    if (length < 0) throw Break.close(1002);
    if (opcode < 8 && (opcode == 0) == (peer.kind == 0)) throw Break.close(1002);
    if (opcode < 8 && length > MOST - peer.message.length) throw Break.close(1009);
    if (in.remaining() < 4 + length) return false;
    int mask = in.getInt();
    var payload = new byte[(int) length];
    in.get(payload);
    for (int i = 0; i < length; i++) payload[i] ^= (byte) (mask >>> 24 - i % 4 * 8);
    peer.came.position(in.position());
    switch (opcode) {
        case 8 -> throw new Break(frame(8, answer(payload)));
        case 9 -> peer.say(frame(10, payload));
        case 10 -> { /* it is alive */ }
        default -> collect(peer, fin, opcode, payload);
    }
    return true;
}

byte[] answer(byte[] close) throws Break {
    if (close.length == 0) return close;
    int code = close.length == 1 ? 0 : (close[0] & 0xFF) << 8 | close[1] & 0xFF;
    boolean fine = Set.of(1000, 1001, 1002, 1003).contains(code) || 1007 <= code && code <= 1014
        || code / 1000 == 3 || code / 1000 == 4;
    if (!fine) throw Break.close(1002);
    if (follows(0, close, 2) != 0) throw Break.close(1007);
    return Arrays.copyOf(close, 2);
}

void collect(Peer peer, boolean fin, int opcode, byte[] payload) throws Break {
    if (opcode != 0) peer.kind = opcode;
    if (peer.kind == 1) peer.letter = follows(peer.letter, payload, 0);
    if (peer.letter < 0 || fin && peer.letter > 0) throw Break.close(1007);
    int before = peer.message.length;
    peer.message = Arrays.copyOf(peer.message, before + payload.length);
    System.arraycopy(payload, 0, peer.message, before, payload.length);
    if (!fin) return;
    peer.say(frame(peer.kind, peer.message));
    peer.message = new byte[0];
    peer.kind = 0;
}

/**
 * Reads on in a text: a letter's bytes so far, as one number, is what is remembered.
 *
 * @return 0 between two letters; less: it is no text
 */
int follows(int letter, byte[] text, int from) {
    for (int i = from; i < text.length; i++) {
        int b = text[i] & 0xFF;
        if (letter == 0 && b < 0x80) continue;
        long next = (long) letter << 8 | b;
        if (next <= 0xFF) {
            if (next < 0xC2 || next > 0xF4) return -1;
        } else {
            boolean wrong = b >> 6 != 2 || next >= 0xE080 && next < 0xE0A0
                || next >= 0xEDA0 && next < 0xEE00 || next >= 0xF080 && next < 0xF090
                || next >= 0xF490 && next < 0xF500;
            if (wrong) return -1;
        }
        boolean whole = next > 0xFF && next < 0xE000 || next > 0xFFFF && next < 0xF00000
            || next > 0xFFFFFF;
        letter = whole ? 0 : (int) next;
    }
    return letter;
}

static byte[] frame(int opcode, byte[] payload) {
    int length = payload.length;
    var frame = ByteBuffer.allocate(10 + length).put((byte) (opcode - 128));
    if (length < 126) frame.put((byte) length);
    else if (length < 65_536) frame.put((byte) 126).putShort((short) length);
    else frame.put((byte) 127).putLong(length);
    frame.put(payload).flip();
    var bytes = new byte[frame.limit()];
    frame.get(bytes);
    return bytes;
}
