///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//SOURCES ../lessons/given/Listening.java

// Lesson 01 — TCP: a socket is a pipe of bytes
//
// Below this lesson there is only the operating system. TCP delivers every byte, in order, or says
// that it failed. It knows no messages: what one side writes in one go arrives in two pieces, or
// glued to what was written before. Here bytes become messages, for many clients at once.
//
//   run    jbang lesson01.java                           then, in two other terminals,
//          jbang lesson01.java client 127.0.0.1 7001     type lines
//   check  jbang check 01
//
// Left out on purpose: a listener that does not read. Once the buffers on the way to it are full,
// whoever says /all waits until it reads again or is gone. Lesson 06 mends that.

import static java.nio.charset.StandardCharsets.UTF_8;

import given.Listening;

static final int PORT = 7001;
static final int BACKLOG = 1024;       // clients that may wait to be accepted; more than a class
static final int MAX_LINE = 65_536;    // bytes, the line's end not counted

/** One connection. Its own thread reads; every thread may write. */
final class Client {
    final Socket socket;
    final InputStream in;              // buffered, so that reading byte by byte is cheap
    String name = "any";               // said with /name; only the client's own thread uses it
    int lineLength;                    // bytes since the last \n, for exercise 1.3

    Client(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
    }

    /** Synchronized: of two threads that write, the second waits until the first is done. */
    synchronized void send(byte[] bytes, int count) throws IOException {
        socket.getOutputStream().write(bytes, 0, count);
    }

    void send(String text) throws IOException {
        byte[] bytes = text.getBytes(UTF_8);
        send(bytes, bytes.length);
    }

    @Override
    public String toString() {
        return socket.getInetAddress().getHostAddress() + ":" + socket.getPort();
    }
}

// Clients come and go on different threads; a HashSet could lose one.
final Set<Client> clients = ConcurrentHashMap.newKeySet();

void main(String[] args) throws InterruptedException {
    boolean client = args.length > 0 && args[0].equals("client");
    if (!client) listen(Listening.at(PORT, args));
    else if (args.length == 3) type(args[1], Listening.at(PORT, args[2]).port());
    else throw Listening.quit(2, "use it as: lesson01.java client HOST PORT");
}

/** Opens the door, and lets one client in after the other. */
void listen(Listening listening) throws InterruptedException {
    try (var door = new ServerSocket()) {
        door.setReuseAddress(true);    // else the port rests a minute after its server has stopped
        door.bind(new InetSocketAddress(listening.host(), listening.port()), BACKLOG);
        listening.announce("tcp", door.getLocalPort());
        while (true) {
            try {
                welcome(new Client(door.accept()));
            } catch (IOException refused) {
                IO.println("could not accept a client: " + refused.getMessage());
                Thread.sleep(100);     // too many are open, most likely: let some go first
            }
        }
    } catch (IOException taken) {
        throw listening.taken();
    }
}

/** What the server does with one line, given without its end. */
void answer(Client client, String line) throws IOException {
    if (!obey(client, line)) client.send("echo: " + line + "\n");
}

// EXERCISE 1.1  A line is a message
//   A read returns what is there: half a line, three lines, half a letter. So the bytes are
//   collected up to the \n, and become text only then: a letter that was cut is whole again.
//   (In UTF-8 no byte of a longer letter looks like \n. Bytes that are no UTF-8 become U+FFFD.)
void talk(Client client) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next; (next = nextByte(client)) != -1; ) {
        if (next != '\n') {
            line.write(next);
            continue;
        }
        String text = line.toString(UTF_8);
        answer(client, text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
        line.reset();
    }
    if (line.size() > 0) answer(client, line.toString(UTF_8));
}
// END 1.1

// EXERCISE 1.2  Many at once
//   A read waits until something comes, and its thread waits with it. With a thread for each
//   client nobody else does. Virtual threads are cheap enough for that: 200 or 20,000 of them.
void welcome(Client client) {
    Thread.startVirtualThread(() -> serve(client));
}
// END 1.2

// A close is not an end. Where bytes lie unread on our side, close() sends a reset, and a reset
// throws away what the other side has not read yet: our last words, too. So socket.shutdownOutput()
// first: it sends an end behind all that was written. Then read on for a while, then close.
// EXERCISE 1.3  A bad client harms only itself
//   Without a limit, one client that never sends a \n takes all the memory, which is everybody's.
//   A \r may be part of the line's end: the byte after it decides.
int nextByte(Client client) throws IOException {
    int next = client.in.read();
    if (next == '\n') client.lineLength = 0;
    else if (next != -1) client.lineLength++;
    if (client.lineLength > MAX_LINE + (next == '\r' ? 1 : 0)) refuse(client);
    return next;
}

static final int GOODBYE_MILLIS = 1000;       // longer than an answer travels
static final int GOODBYE_BYTES = 8 << 20;     // more than the buffers on the way hold

/**
 * Answers, ends our half, and reads on for a while. A close with unread input sends a reset, and
 * a reset throws away what the client has not got yet: the answer that tells what was wrong.
 */
void refuse(Client client) throws IOException {
    client.send("error: line too long\n");
    client.socket.shutdownOutput();
    client.socket.setSoTimeout(GOODBYE_MILLIS);
    byte[] ignored = new byte[8192];
    long end = System.currentTimeMillis() + GOODBYE_MILLIS;
    for (int bytes = 0, count = 0; count != -1 && bytes < GOODBYE_BYTES; bytes += count) {
        if (System.currentTimeMillis() > end) break;
        count = client.in.read(ignored);
    }
    throw new ProtocolException("line too long");
}
// END 1.3

// EXERCISE 1.4  Everyone hears
//   A line goes out in one send, so that nothing gets between its parts. A listener that is gone
//   must not end the sender's connection: its own thread notices, and takes it from the set.
boolean obey(Client client, String line) {
    if (line.startsWith("/name ")) {
        String name = line.substring("/name ".length());
        if (!name.isBlank()) client.name = name;
        return true;
    }
    if (line.startsWith("/all ")) {
        String said = client.name + ": " + line.substring("/all ".length()) + "\n";
        for (Client other : clients) {
            if (other != client) tell(other, said);
        }
        return true;
    }
    return false;
}

void tell(Client other, String said) {
    try {
        other.send(said);
    } catch (IOException gone) {
        IO.println(other + " did not hear it: " + gone.getMessage());
    }
}
// END 1.4

// ------------------------------------------------------------------------------------------------
// What drives the exercises, and the client that types; you may skip it.

/** One client, from its first byte to its last. */
void serve(Client client) {
    clients.add(client);
    try (client.socket) {
        talk(client);
    } catch (IOException gone) {
        IO.println(client + ": " + gone.getMessage());
    } finally {
        clients.remove(client);
    }
}

/** The other end: sends what is typed, prints what comes. */
void type(String host, int port) {
    try (var socket = new Socket(host, port)) {
        Thread.startVirtualThread(() -> sendTyped(socket));
        var in = new InputStreamReader(socket.getInputStream(), UTF_8);
        char[] letters = new char[8192];
        for (int count; (count = in.read(letters)) != -1; ) {
            IO.print(new String(letters, 0, count));
        }
    } catch (IOException broken) {
        throw Listening.quit(1, "no connection to " + host + ":" + port + " (" + broken.getMessage()
                + "): is the server running? start it with: jbang lesson01.java");
    }
}

void sendTyped(Socket socket) {
    try {
        for (String line; (line = IO.readln()) != null; ) {
            socket.getOutputStream().write((line + "\n").getBytes(UTF_8));
        }
        socket.shutdownOutput();       // our half ends; the server may still answer
    } catch (IOException gone) {
        IO.println("not sent: " + gone.getMessage());
    }
}
