// ANSWER  Two threads of the system for each client: one reads, one writes what lies in a queue.
//JAVA 25+

/** What is in a client's queue: a line to write, or the end. */
sealed interface Post {
    record Line(byte[] bytes) implements Post {}

    record End(boolean afterAll) implements Post {}
}

class Guest extends Thread {
    static final Map<Integer, Guest> HERE = new HashMap<>(); // guarded by itself
    static final String TOO_LONG = "error: line too long\n";

    final Socket socket;
    final BlockingQueue<Post> queue = new LinkedBlockingQueue<>();
    final Thread writer = new Thread(this::write);
    String called = "any";

    Guest(Socket socket) {
        this.socket = socket;
        setDaemon(true);
        writer.setDaemon(true);
    }

    @Override
    public void run() {
        synchronized (HERE) {
            HERE.put(socket.getPort(), this);
        }
        writer.start();
        try {
            var in = new PushbackInputStream(new BufferedInputStream(socket.getInputStream()), 1);
            while (readLine(in) instanceof String line) hear(line);
            queue.add(new Post.End(true));
            writer.join();
        } catch (ArithmeticException tooLong) {
            queue.add(new Post.Line(TOO_LONG.getBytes()));
            queue.add(new Post.End(true));
            readOn();
        } catch (IOException | InterruptedException reset) {
            queue.add(new Post.End(false));
        } finally {
            synchronized (HERE) {
                HERE.remove(socket.getPort(), this);
            }
            quietly(socket::close);
        }
    }

    /** Null at the end; an ArithmeticException where there is too much of it. */
    String readLine(PushbackInputStream in) throws IOException {
        var bytes = new ArrayList<Byte>();
        while (true) {
            int b = in.read();
            if (b == -1 && bytes.isEmpty()) return null;
            if (b == -1 || b == '\n') return text(bytes);
            if (b == '\r') {
                int behind = in.read();
                if (behind == '\n') return text(bytes);
                if (behind != -1) in.unread(behind);
            }
            bytes.add((byte) b);
            if (bytes.size() > 65536) throw new ArithmeticException();
        }
    }

    static String text(List<Byte> bytes) {
        var plain = new byte[bytes.size()];
        Arrays.setAll(new int[plain.length], i -> plain[i] = bytes.get(i));
        return new String(plain, java.nio.charset.Charset.forName("UTF-8"));
    }

    void hear(String line) {
        var talk = java.util.regex.Pattern.compile("/(name|all) (.*)",
            java.util.regex.Pattern.DOTALL).matcher(line);
        if (!talk.matches()) {
            post("echo: " + line);
        } else if (talk.group(1).equals("name")) {
            if (!talk.group(2).isEmpty()) called = talk.group(2);
        } else {
            synchronized (HERE) {
                HERE.forEach((_, each) -> {
                    if (each != this) each.post(called + ": " + talk.group(2));
                });
            }
        }
    }

    void post(String line) {
        queue.add(new Post.Line((line + "\n").getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    void write() {
        try (var out = new BufferedOutputStream(socket.getOutputStream())) {
            while (true) {
                switch (queue.take()) {
                    case Post.Line line -> out.write(line.bytes());
                    case Post.End(boolean after) -> {
                        if (after) out.flush();
                        quietly(socket::shutdownOutput);
                        if (!after) return;
                        Thread.sleep(1_000);    // the reader closes it sooner, most times
                        return;
                    }
                }
                if (queue.isEmpty()) out.flush();
            }
        } catch (IOException | InterruptedException gone) {
            quietly(socket::close);             // so that the reader knows, too
        }
    }

    void readOn() {
        quietly(() -> {
            long start = System.currentTimeMillis();
            socket.setSoTimeout(800);
            var nobodyReads = new byte[10_000];
            while (socket.getInputStream().read(nobodyReads) > 0) {
                if (System.currentTimeMillis() > start + 800) break;
            }
        });
    }

    interface Risky {
        void run() throws IOException;
    }

    static void quietly(Risky risky) {
        try {
            risky.run();
        } catch (IOException notOurs) {
            System.out.println("gone: " + notOurs.getMessage());
        }
    }
}

void main(String[] args) throws IOException {
    var address = InetAddress.getLoopbackAddress();
    try (var server = new ServerSocket(Integer.parseInt(args[0]), 400, address)) {
        while (true) new Guest(server.accept()).start();
    }
}
