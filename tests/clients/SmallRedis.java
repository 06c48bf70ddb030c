package tests.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;

/**
 * As much of a Redis as several servers of lesson 14 need, for tests, and for who has none: {@code
 * ./jbang redis}. It answers in RESP2 as Redis 7 does. Left out: passwords, more than one database,
 * and anything on a disk. A test can take it away and bring it back, make it slow, let it refuse,
 * or wipe it.
 */
public final class SmallRedis implements SharedRedis {
    private static final String VERSION = "7.0.0"; // whose answers it gives
    private static final Set<String> WRITES = Set.of("SET", "INCR", "INCRBY", "HSET", "XADD",
            "PUBLISH");
    private static final Set<String> LISTENERS_MAY = Set.of("SUBSCRIBE", "UNSUBSCRIBE", "PING",
            "QUIT");
    private static final Resp.Simple OK = new Resp.Simple("OK");

    private final RedisData data = new RedisData();
    private final ReentrantLock turn = new ReentrantLock(); // who has it owns the data
    private final Condition appended = turn.newCondition();
    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private final AtomicLong lastClient = new AtomicLong();
    private final InetSocketAddress address;

    private ServerSocket door; // null while it is away
    private volatile long slowMillis;
    private volatile Refusal refusal; // null: it does what it is asked for

    private record Refusal(String error, Predicate<String> commands) {}

    private SmallRedis(String host, int port) {
        open(new InetSocketAddress(host, port));
        this.address = new InetSocketAddress(host, door.getLocalPort());
    }

    /** On a free port of this machine. */
    public static SmallRedis start() {
        return start("127.0.0.1", 0);
    }

    /**
     * @param port 0 takes a free one
     * @throws UncheckedIOException where it is taken
     */
    public static SmallRedis start(String host, int port) {
        return new SmallRedis(host, port);
    }

    public int port() {
        return address.getPort();
    }

    @Override
    public String url() {
        return "redis://127.0.0.1:" + port();
    }

    // ---- what a test may do to it ---------------------------------------------------------------

    @Override
    public void away() {
        turn.lock();
        try {
            if (door == null) return;
            door.close();
            door = null;
        } catch (IOException unlikely) {
            throw new UncheckedIOException(unlikely);
        } finally {
            turn.unlock();
        }
        cut();
    }

    @Override
    public void back() {
        open(address);
    }

    @Override
    public void cut() {
        List.copyOf(connections).forEach(Connection::close);
    }

    /** Each command waits so long before it is done; 0: no more. */
    public void slow(long millis) {
        slowMillis = millis;
    }

    @Override
    public void full(boolean isFull) {
        if (!isFull) well();
        else refuse("OOM command not allowed when used memory > 'maxmemory'.", WRITES::contains);
    }

    /** From now on these commands, in capitals, are refused, until it is {@link #well}. */
    public void refuse(String error, Predicate<String> commands) {
        refusal = new Refusal(error, commands);
    }

    /** Nothing is refused any more. */
    public void well() {
        refusal = null;
    }

    /** As after {@code FLUSHALL}. */
    public void wipe() {
        turn.lock();
        try {
            data.clear();
        } finally {
            turn.unlock();
        }
    }

    /** The answer to a command, as a client gets it, whatever else is set. */
    public String ask(String... words) {
        turn.lock();
        try {
            Object answer = data.answer(List.of(words));
            return new String(Resp.answer(answer), ISO_8859_1);
        } catch (Resp.Error error) {
            return "-" + error.getMessage() + "\r\n";
        } finally {
            turn.unlock();
        }
    }

    @Override
    public void close() {
        away();
    }

    // ---- connections ----------------------------------------------------------------------------

    private void open(InetSocketAddress where) {
        turn.lock();
        try {
            if (door != null) return;
            var opened = new ServerSocket();
            opened.setReuseAddress(true);
            try {
                opened.bind(where, 1_024);
            } catch (IOException taken) {
                opened.close();
                throw taken;
            }
            door = opened;
            Thread.ofVirtual().name("a small Redis").start(() -> welcome(opened));
        } catch (IOException taken) {
            throw new UncheckedIOException(taken);
        } finally {
            turn.unlock();
        }
    }

    private void welcome(ServerSocket opened) {
        while (!opened.isClosed()) {
            try {
                Socket socket = opened.accept();
                socket.setTcpNoDelay(true);
                var connection = new Connection(socket);
                connections.add(connection);
                if (opened.isClosed()) connection.close(); // it came while we went
                Thread.startVirtualThread(connection::serve);
            } catch (IOException closed) {
                LockSupport.parkNanos(1_000_000); // away, or this one had gone again
            }
        }
    }

    private final class Connection {
        private final long id = lastClient.incrementAndGet();
        private final Socket socket;
        private final Set<String> channels = new LinkedHashSet<>(); // owned by who has the turn
        private String name = "";
        private volatile boolean isOver;

        Connection(Socket socket) {
            this.socket = socket;
        }

        void serve() {
            try (socket) {
                converse();
            } catch (IOException gone) {
                return; // and that concerns nobody else
            } finally {
                isOver = true;
                connections.remove(this);
            }
        }

        private void converse() throws IOException {
            var wire = new Resp(socket.getInputStream());
            try {
                while (!isOver) {
                    List<String> command = wire.command();
                    if (command == null) return;
                    if (command.isEmpty()) continue;
                    if (slowMillis > 0) LockSupport.parkNanos(slowMillis * 1_000_000);
                    answer(command);
                }
            } catch (Resp.Error unreadable) {
                say(Resp.answer(unreadable));
            }
        }

        private void answer(List<String> command) {
            turn.lock();
            try {
                Object answer = answered(command);
                if (answer != null) say(Resp.answer(answer));
            } catch (Resp.Error error) {
                say(Resp.answer(error));
            } catch (InterruptedException ended) {
                isOver = true;
            } finally {
                turn.unlock();
            }
        }

        /** Null: it has been answered already. */
        private Object answered(List<String> words) throws Resp.Error, InterruptedException {
            String command = words.getFirst().toUpperCase(Locale.ROOT);
            if (!channels.isEmpty() && !LISTENERS_MAY.contains(command)) {
                throw new Resp.Error("ERR Can't execute '" + command.toLowerCase(Locale.ROOT)
                        + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are"
                        + " allowed in this context");
            }
            Refusal refused = refusal;
            if (refused != null && refused.commands.test(command)) {
                throw new Resp.Error(refused.error);
            }
            List<String> more = words.subList(1, words.size());
            switch (command) {
                case "PING" -> {
                    if (more.size() > 1) throw RedisData.wrongNumber(words);
                    if (!channels.isEmpty()) {
                        return List.of("pong", more.isEmpty() ? "" : more.getFirst());
                    }
                    return more.isEmpty() ? new Resp.Simple("PONG") : more.getFirst();
                }
                case "ECHO" -> {
                    if (more.size() != 1) throw RedisData.wrongNumber(words);
                    return more.getFirst();
                }
                case "SELECT" -> {
                    if (more.size() != 1) throw RedisData.wrongNumber(words);
                    if (RedisData.number(more.getFirst()) == 0) return OK;
                    throw new Resp.Error("ERR DB index is out of range");
                }
                case "CLIENT" -> {
                    return client(words);
                }
                case "HELLO" -> {
                    return hello(more);
                }
                case "COMMAND" -> { // redis-cli asks, for its help
                    return List.of();
                }
                case "INFO" -> {
                    return "# Server\r\nredis_version:" + VERSION + "\r\nredis_mode:standalone\r\n";
                }
                case "QUIT" -> {
                    isOver = true;
                    return OK;
                }
                case "PUBLISH" -> {
                    if (more.size() != 2) throw RedisData.wrongNumber(words);
                    return publish(more.get(0), more.get(1));
                }
                case "SUBSCRIBE", "UNSUBSCRIBE" -> {
                    listen(command, words, more);
                    return null;
                }
                case "XREAD" -> {
                    return read(words);
                }
                default -> {
                    Object answer = data.answer(words);
                    if (answer == null) throw unknown(words);
                    if (command.equals("XADD")) appended.signalAll();
                    return answer;
                }
            }
        }

        private Object client(List<String> words) throws Resp.Error {
            String what = words.size() == 1 ? "" : words.get(1).toUpperCase(Locale.ROOT);
            switch (what) {
                case "ID" -> {
                    return id;
                }
                case "GETNAME" -> {
                    return name.isEmpty() ? Optional.empty() : name;
                }
                case "SETNAME" -> {
                    if (words.size() != 3) throw RedisData.wrongNumber(words);
                    name = words.get(2);
                    return OK;
                }
                case "SETINFO" -> {
                    return OK; // of 7.2, and nobody reads it here
                }
                default -> throw new Resp.Error("ERR unknown subcommand '"
                        + (words.size() == 1 ? "" : words.get(1)) + "'. Try CLIENT HELP.");
            }
        }

        private Object hello(List<String> more) throws Resp.Error {
            if (!more.isEmpty() && !more.getFirst().equals("2")) {
                throw new Resp.Error("NOPROTO unsupported protocol version");
            }
            return List.of("server", "redis", "version", VERSION, "proto", 2, "id", id, "mode",
                    "standalone", "role", "master", "modules", List.of());
        }

        private long publish(String channel, String text) {
            byte[] message = Resp.answer(List.of("message", channel, text));
            int heard = 0;
            for (Connection each : connections) {
                if (!each.channels.contains(channel)) continue;
                each.say(message); // one that does not read holds all up: Redis would drop it
                heard++;
            }
            return heard;
        }

        private void listen(String command, List<String> words, List<String> named)
                throws Resp.Error {
            boolean comes = command.equals("SUBSCRIBE");
            if (comes && named.isEmpty()) throw RedisData.wrongNumber(words);
            var all = new ArrayList<String>(named.isEmpty() ? channels : named);
            for (String channel : all) {
                if (comes) channels.add(channel);
                else channels.remove(channel);
                say(Resp.answer(List.of(command.toLowerCase(Locale.ROOT), channel,
                        channels.size())));
            }
            if (all.isEmpty()) {
                say(Resp.answer(List.of("unsubscribe", Optional.empty(), 0)));
            }
        }

        private Object read(List<String> words) throws Resp.Error, InterruptedException {
            long most = Long.MAX_VALUE;
            long wait = -1; // it does not
            int i = 1;
            for (; i + 1 < words.size(); i += 2) {
                String option = words.get(i).toUpperCase(Locale.ROOT);
                if (option.equals("STREAMS")) break;
                if (option.equals("COUNT")) {
                    long number = RedisData.number(words.get(i + 1));
                    most = number <= 0 ? Long.MAX_VALUE : number;
                } else if (option.equals("BLOCK")) {
                    wait = timeout(words.get(i + 1));
                } else {
                    throw new Resp.Error("ERR syntax error");
                }
            }
            int streams = (words.size() - i - 1) / 2;
            if (words.size() < 4) throw RedisData.wrongNumber(words);
            if (i + 1 >= words.size()) throw new Resp.Error("ERR syntax error");
            if ((words.size() - i - 1) % 2 == 1) {
                throw new Resp.Error("ERR Unbalanced XREAD list of streams: for each stream key"
                        + " an ID or '$' must be specified.");
            }
            var places = new LinkedHashMap<String, RedisData.Id>();
            for (int stream = 1; stream <= streams; stream++) {
                String key = words.get(i + stream);
                places.put(key, data.place(key, words.get(i + streams + stream)));
            }
            return await(places, most, wait);
        }

        private static long timeout(String text) throws Resp.Error {
            if (!text.matches("-?[0-9]{1,18}")) {
                throw new Resp.Error("ERR timeout is not an integer or out of range");
            }
            if (text.startsWith("-")) throw new Resp.Error("ERR timeout is negative");
            return Long.parseLong(text);
        }

        private Object await(Map<String, RedisData.Id> places, long most, long wait)
                throws Resp.Error, InterruptedException {
            long left = wait == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(wait);
            while (true) {
                List<Object> found = data.after(places, most);
                if (!found.isEmpty()) return found;
                if (left <= 0 || isOver) return Resp.Nothing.LIST;
                left = appended.awaitNanos(left); // gives the turn to others meanwhile
            }
        }

        private static Resp.Error unknown(List<String> words) {
            var told = new StringBuilder();
            for (String word : words.subList(1, words.size())) told.append("'").append(word)
                    .append("' ");
            return new Resp.Error("ERR unknown command '" + words.getFirst()
                    + "', with args beginning with: " + told);
        }

        private void say(byte[] bytes) {
            try {
                OutputStream out = socket.getOutputStream();
                synchronized (out) {
                    out.write(bytes);
                }
            } catch (IOException gone) {
                isOver = true;
            }
        }

        /** Ends it in the middle of whatever it does. */
        void close() {
            isOver = true;
            try {
                socket.setSoLinger(true, 0); // as a machine that has failed
                socket.close();
            } catch (IOException gone) {
                return; // which is what was wanted
            }
            turn.lock();
            try {
                appended.signalAll(); // one that waits looks whether it is over
            } finally {
                turn.unlock();
            }
        }
    }
}
