// ANSWER  One thread for everybody: channels that never block, and a selector that wakes it.
//JAVA 25+

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.channels.*;

static final int LONGEST = 65_536;
static final long PATIENCE_MS = 1_000;

static final class Peer {
    final SocketChannel channel;
    final ByteBuffer line = ByteBuffer.allocate(LONGEST + 1);
    final Deque<ByteBuffer> unsent = new ArrayDeque<>();
    String name = "any";
    long refusedAt;     // 0: it is not
    boolean quiet;      // it will say nothing more

    Peer(SocketChannel channel) {
        this.channel = channel;
    }
}

final List<Peer> peers = new LinkedList<>();
final ByteBuffer piece = ByteBuffer.allocateDirect(16_384);

void main(String[] words) throws IOException {
    var selector = Selector.open();
    var door = ServerSocketChannel.open();
    door.bind(new InetSocketAddress("127.0.0.1", Integer.parseInt(words[0])), 1_000);
    door.configureBlocking(false).register(selector, SelectionKey.OP_ACCEPT);
    System.out.println("listening on " + door.getLocalAddress());
    while (true) {
        selector.select(100);
        for (var key : selector.selectedKeys()) {
            if (key.attachment() instanceof Peer peer) attend(peer);
            else admit(door, selector);
        }
        selector.selectedKeys().clear();
        for (var peer : List.copyOf(peers)) {
            flush(peer);
            boolean over = peer.refusedAt > 0
                && System.currentTimeMillis() - peer.refusedAt > PATIENCE_MS;
            if (over || peer.quiet && peer.unsent.isEmpty()) drop(peer);
        }
    }
}

void admit(ServerSocketChannel door, Selector selector) throws IOException {
    for (SocketChannel channel; (channel = door.accept()) != null; ) {
        var peer = new Peer(channel);
        channel.configureBlocking(false).register(selector, SelectionKey.OP_READ, peer);
        peers.add(peer);
    }
}

void attend(Peer peer) {
    try {
        piece.clear();
        int count = peer.channel.read(piece);
        piece.flip();
        while (piece.hasRemaining() && peer.refusedAt == 0) take(peer, piece.get());
        if (count >= 0) return;
        if (peer.line.position() > 0 && peer.refusedAt == 0) judge(peer, text(peer.line));
        peer.quiet = true;
        peer.channel.shutdownInput();
    } catch (IOException reset) {
        drop(peer);
    }
}

void take(Peer peer, byte next) {
    var line = peer.line;
    if (next == '\n') {
        if (line.position() > 0 && line.get(line.position() - 1) == '\r') {
            line.position(line.position() - 1);
        }
        judge(peer, text(line));
    } else if (line.position() < LONGEST || line.hasRemaining() && next == '\r') {
        line.put(next);
    } else {
        refuse(peer);
    }
}

String text(ByteBuffer line) {
    var text = new String(line.array(), 0, line.position(), UTF_8);
    line.clear();
    return text;
}

void judge(Peer peer, String line) {
    switch (line.split(" ", 2)) {
        case String[] word when word.length == 2 && word[0].equals("/name") ->
            peer.name = word[1].isEmpty() ? peer.name : word[1];
        case String[] word when word.length == 2 && word[0].equals("/all") ->
            peers.stream().filter(other -> other != peer)
                .forEach(other -> say(other, peer.name + ": " + word[1]));
        default -> say(peer, "echo: " + line);
    }
}

void refuse(Peer peer) {
    say(peer, "error: line too long");
    peer.refusedAt = System.currentTimeMillis();
}

void say(Peer peer, String line) {
    if (peer.refusedAt == 0) peer.unsent.add(ByteBuffer.wrap((line + "\n").getBytes(UTF_8)));
}

void flush(Peer peer) {
    try {
        while (!peer.unsent.isEmpty()) {
            peer.channel.write(peer.unsent.element());
            if (peer.unsent.element().hasRemaining()) return;
            peer.unsent.remove();
        }
        if (peer.refusedAt > 0) peer.channel.shutdownOutput();
    } catch (IOException gone) {
        drop(peer);
    }
}

void drop(Peer peer) {
    peers.remove(peer);
    try {
        peer.channel.close();
    } catch (IOException closed) {
        System.out.println(closed.getMessage());
    }
}
