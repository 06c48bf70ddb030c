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
//   Make true  each line is given to answer(), without its end, however its bytes arrive: one at a
//              time, many lines in one read, half a letter. A line ends with \n or \r\n; a \r
//              anywhere else stays. Blanks are kept, an empty line is a line. When the stream ends,
//              bytes after the last \n are a line too; nothing there, no answer.
//   Keep       the signature. Take the bytes from nextByte(): 1.3 counts them there.
//   Stuck?     jbang hint 1.1
void talk(Client client) throws IOException {
    byte[] bytes = new byte[8192];
    for (int count; (count = client.in.read(bytes)) != -1; ) {
        IO.println(client + ": a read returned " + count + " bytes");
        client.send(bytes, count);
    }
}
// END 1.1

// EXERCISE 1.2  Many at once
//   Make true  a client that sends nothing, or half a line, delays nobody; 200 clients at once are
//              all answered.
//   Keep       serve() as it is: it does everything for one client, and returns when it is gone.
//   Needs      1.1
//   Stuck?     jbang hint 1.2
void welcome(Client client) {
    serve(client);
}
// END 1.2

// A close is not an end. Where bytes lie unread on our side, close() sends a reset, and a reset
// throws away what the other side has not read yet: our last words, too. So socket.shutdownOutput()
// first: it sends an end behind all that was written. Then read on for a while, then close.
// EXERCISE 1.3  A bad client harms only itself
//   Make true  a line of more than MAX_LINE bytes (its end not counted) is answered with "error:
//              line too long\n", after the answers to the lines before it, and the connection is
//              closed. A reset connection leaves the others and the server well.
//   ★          as soon as that is certain: exactly MAX_LINE bytes and \r\n pass. The answer arrives
//              although the client is still sending, and one that never stops sending is cut off
//              within 5 s.
//   Keep       the signature: nextByte() gives the next byte, -1 at the end; what it throws ends
//              the connection.
//   Needs      1.1
//   Stuck?     jbang hint 1.3
int nextByte(Client client) throws IOException {
    return client.in.read();
}
// END 1.3

// EXERCISE 1.4  Everyone hears
//   Make true  /name ada sets the name of the client that says it (before that: any). /all hello is
//              heard by every other client as "<name>: hello\n". Neither gets an echo. Two writers
//              never mix their lines; an empty name changes nothing.
//   Keep       every other line is an ordinary one, /all without the blank too.
//   Needs      1.1 and 1.2
//   Stuck?     jbang hint 1.4
boolean obey(Client client, String line) {
    return false;
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
