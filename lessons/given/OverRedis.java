//DEPS redis.clients:jedis:7.5.0
//SOURCES Listening.java
//SOURCES Pause.java
package given;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.SetParams;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.params.XReadParams;
import redis.clients.jedis.resps.StreamEntry;

/**
 * A bus over a Redis: streams are its streams, channels its channels. Who reads or listens waits on
 * a connection of its own; all else takes turns on one. No lesson teaches this.
 */
final class OverRedis implements Bus {
    static {
        System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error"); // as Web does
    }

    private static final String FIELD = "text";
    private static final int MOST = 1_000;      // entries at once
    private static final int WAIT_MS = 500;
    private static final int SHORT_MS = 1;      // instead, of a reader that may not be let
    private static final int CONNECT_MS = 500;
    private static final int PATIENCE_MS = 2_000; // for an answer; a reader has PATIENCE more
    private static final int READER_MS = WAIT_MS + 5 * PATIENCE_MS;
    private static final int AGAIN_MS = 100;    // between two tries to reach it
    private static final int TRIES = 20;        // where another server was quicker each time
    private static final int CLAIM_S = 3_600;

    private final HostAndPort where;
    private final DefaultJedisClientConfig.Builder login;
    private final Map<String, Jedis> readers = new ConcurrentHashMap<>(); // by stream
    private final Map<String, Long> newest = new ConcurrentHashMap<>();   // ids, by stream
    private final ReentrantLock turn = new ReentrantLock(); // who has it owns the writer
    private Jedis writer; // null: to be opened
    private volatile String whyAway;

    private OverRedis(HostAndPort where, DefaultJedisClientConfig.Builder login) {
        this.where = where;
        this.login = login;
    }

    /** @param text {@code redis://[USER:PASSWORD@]HOST[:PORT]} */
    static OverRedis at(String text) {
        URI url = URI.create(text.strip());
        if (!"redis".equals(url.getScheme()) || url.getHost() == null) {
            throw Listening.quit(2, "REDIS_URL is no redis://HOST:PORT: " + text);
        }
        var login = DefaultJedisClientConfig.builder();
        if (url.getUserInfo() != null) {
            String[] parts = url.getUserInfo().split(":", 2);
            if (!parts[0].isEmpty()) login.user(parts[0]);
            login.password(parts[parts.length - 1]);
        }
        return new OverRedis(new HostAndPort(url.getHost(), url.getPort() < 0 ? 6379
            : url.getPort()), login);
    }

    private Jedis open(int patience) {
        var jedis = new Jedis(where, login.connectionTimeoutMillis(CONNECT_MS)
            .socketTimeoutMillis(patience).blockingSocketTimeoutMillis(patience).build());
        jedis.connect();
        return jedis;
    }

    /** @param broken may be null */
    private static void drop(Jedis broken) {
        if (broken == null) return;
        try {
            broken.close();
        } catch (JedisException gone) {
            return; // it wanted to send what nobody can get any more
        }
    }

    // ---- what takes turns -----------------------------------------------------------------------

    private interface Wish<T> {
        T of(Jedis jedis);
    }

    private <T> T ask(Wish<T> wish) throws Away {
        try {
            if (!turn.tryLock(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
                throw new Away("too slow", null);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
            throw new Away("interrupted", ended);
        }
        try {
            if (writer == null) writer = open(PATIENCE_MS);
            return wish.of(writer);
        } catch (JedisDataException refused) { // the connection is as good as before
            throw new Away(refused.getMessage(), refused);
        } catch (JedisException gone) {
            drop(writer); // an answer that comes late is to nobody's question
            writer = null;
            throw new Away(gone.getMessage(), gone);
        } finally {
            turn.unlock();
        }
    }

    @Override
    public long append(String stream, String text) throws Away {
        for (int attempt = 1; ; attempt++) {
            long id = Math.max(System.currentTimeMillis() * 1_000,
                newest.getOrDefault(stream, 0L) + 1);
            try {
                ask(jedis -> jedis.xadd(stream, XAddParams.xAddParams().maxLen(KEPT)
                    .approximateTrimming().id(id / 1_000, id % 1_000), Map.of(FIELD, text)));
                seen(stream, id);
                return id;
            } catch (Away away) {
                boolean isTaken = away.getCause() instanceof JedisDataException refused
                    && refused.getMessage().contains("equal or smaller");
                if (!isTaken || attempt == TRIES) throw away;
                seen(stream, newest(stream)); // another server was quicker, or its clock is ahead
            }
        }
    }

    @Override
    public long newest(String stream) throws Away {
        List<StreamEntry> last = ask(jedis -> jedis.xrevrange(stream, (StreamEntryID) null, null,
            1));
        return last.isEmpty() ? 0 : id(last.getFirst());
    }

    @Override
    public boolean claim(String what) throws Away {
        return ask(jedis -> jedis.set(what, "", SetParams.setParams().nx().ex(CLAIM_S))) != null;
    }

    @Override
    public void tell(String channel, String text) {
        try {
            ask(jedis -> jedis.publish(channel, text));
        } catch (Away lost) {
            return; // as all that is told while nobody listens
        }
    }

    // ---- what waits -----------------------------------------------------------------------------

    @Override
    public List<Entry> after(String stream, long id) throws Away {
        try {
            boolean isNew = !readers.containsKey(stream);
            Jedis reader = readers.computeIfAbsent(stream, _ -> open(READER_MS));
            var found = reader.xread(XReadParams.xReadParams().count(MOST)
                .block(isNew ? SHORT_MS : WAIT_MS),
                Map.of(stream, new StreamEntryID(id / 1_000, id % 1_000)));
            whyAway = null; // one that can be reached may still refuse
            var after = new ArrayList<Entry>();
            if (found == null) return after;
            for (StreamEntry each : found.getFirst().getValue()) {
                after.add(new Entry(id(each), each.getFields().get(FIELD)));
            }
            Pause.here(); // who tells what it has not read yet is ahead of the others
            if (!after.isEmpty()) seen(stream, after.getLast().id());
            return after;
        } catch (JedisException gone) {
            whyAway = "The log is out of reach: " + gone.getMessage();
            drop(readers.remove(stream));
            throw new Away(gone.getMessage(), gone);
        }
    }

    @Override
    public void listen(String channel, Consumer<String> heard) {
        Thread.ofVirtual().name("listens to " + channel).start(() -> {
            while (true) {
                try (Jedis jedis = open(0)) { // no limit: it may be silent for days
                    jedis.subscribe(new JedisPubSub() {
                        @Override
                        public void onMessage(String its, String text) {
                            heard.accept(text);
                        }
                    }, channel);
                } catch (JedisException gone) {
                    LockSupport.parkNanos(AGAIN_MS * 1_000_000L); // then we listen anew
                }
            }
        });
    }

    @Override
    public String whyAway() {
        return whyAway;
    }

    private void seen(String stream, long id) {
        newest.merge(stream, id, Math::max);
    }

    private static long id(StreamEntry entry) {
        return entry.getID().getTime() * 1_000 + entry.getID().getSequence();
    }
}
