// ANSWER  Callbacks: asynchronous channels, whose threads come back with what was read.
//JAVA 25+

import java.nio.channels.*;

enum Kind { ECHO, NAME, ALL }

record Command(Kind kind, String rest) {
    static Command of(String line) {
        if (line.startsWith("/name ")) return new Command(Kind.NAME, line.substring(6));
        if (line.startsWith("/all ")) return new Command(Kind.ALL, line.substring(5));
        return new Command(Kind.ECHO, line);
    }
}

static final ConcurrentLinkedQueue<Talk> TALKS = new ConcurrentLinkedQueue<>();

static final class Talk implements CompletionHandler<Integer, ByteBuffer> {
    private static final int MOST = 1 << 16;
    private final AsynchronousSocketChannel channel;
    private final Queue<ByteBuffer> waiting = new ArrayDeque<>(); // guarded by this
    private boolean writing;                                      // guarded by this
    private byte[] line = new byte[512];
    private int length;
    private volatile String name = "any";
    private volatile long deadline = Long.MAX_VALUE;
    private volatile boolean last;    // close when all is written

    Talk(AsynchronousSocketChannel channel) {
        this.channel = channel;
    }

    void listen(ByteBuffer buffer) {
        channel.read(buffer.clear(), 1, TimeUnit.HOURS, buffer, this);
    }

    @Override
    public void completed(Integer count, ByteBuffer buffer) {
        if (count < 0 || System.nanoTime() > deadline) {
            if (deadline == Long.MAX_VALUE && length > 0) obey(cut());
            last = true;
            write(ByteBuffer.allocate(0));
            return;
        }
        buffer.flip();
        while (deadline == Long.MAX_VALUE && buffer.hasRemaining()) add(buffer.get());
        listen(buffer);
    }

    @Override
    public void failed(Throwable reset, ByteBuffer buffer) {
        close();
    }

    private void add(byte b) {
        if (b == 10) {
            if (length > 0 && line[length - 1] == 13) length--;
            obey(cut());
            return;
        }
        boolean room = length < MOST || length == MOST && b == 13;
        if (!room) {
            deadline = System.nanoTime() + 900_000_000L;
            write(ByteBuffer.wrap("error: line too long\n".getBytes()));
            ending();
            return;
        }
        if (length == line.length) line = Arrays.copyOf(line, length * 2);
        line[length++] = b;
    }

    /** Closes later, whether or not the other side ever stops. */
    private void ending() {
        CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS).execute(this::close);
    }

    private String cut() {
        String text = new String(line, 0, length, java.nio.charset.StandardCharsets.UTF_8);
        length = 0;
        return text;
    }

    private void obey(String text) {
        Command command = Command.of(text);
        switch (command.kind()) {
            case NAME -> name = command.rest().isEmpty() ? name : command.rest();
            case ECHO -> write(bytes("echo: " + command.rest()));
            case ALL -> {
                for (Talk other : TALKS) {
                    if (other != this) other.write(bytes(name + ": " + command.rest()));
                }
            }
        }
    }

    private static ByteBuffer bytes(String text) {
        return java.nio.charset.StandardCharsets.UTF_8.encode(text + '\n');
    }

    private synchronized void write(ByteBuffer bytes) {
        waiting.add(bytes);
        if (!writing) next();
    }

    private synchronized void next() {
        ByteBuffer bytes = waiting.peek();
        writing = bytes != null;
        if (!writing) {
            if (last) close();
            else if (deadline != Long.MAX_VALUE) saidAll();
            return;
        }
        channel.write(bytes, null, new CompletionHandler<Integer, Void>() {
            @Override
            public void completed(Integer count, Void nothing) {
                synchronized (Talk.this) {
                    if (!bytes.hasRemaining()) waiting.remove();
                    next();
                }
            }

            @Override
            public void failed(Throwable gone, Void nothing) {
                close();
            }
        });
    }

    private void saidAll() {
        try {
            channel.shutdownOutput();
        } catch (IOException gone) {
            close();
        }
    }

    private void close() {
        TALKS.remove(this);
        try {
            channel.close();
        } catch (IOException already) {
            System.err.println(already.getMessage());
        }
    }
}

void main(String[] args) throws Exception {
    var server = AsynchronousServerSocketChannel.open()
        .bind(new InetSocketAddress("127.0.0.1", Integer.valueOf(args[0])), 512);
    server.accept(null, new CompletionHandler<AsynchronousSocketChannel, Void>() {
        @Override
        public void completed(AsynchronousSocketChannel channel, Void nothing) {
            server.accept(null, this);
            var talk = new Talk(channel);
            TALKS.add(talk);
            talk.listen(ByteBuffer.allocate(4096));
        }

        @Override
        public void failed(Throwable why, Void nothing) {
            System.err.println("no client: " + why);
            server.accept(null, this);
        }
    });
    new CountDownLatch(1).await();
}
