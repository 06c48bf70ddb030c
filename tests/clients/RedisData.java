package tests.clients;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * What a Redis holds, and the commands that neither wait nor tell others: texts, hashes and streams
 * in one database, with their ends of life. No thread but the owner's may call it at a time.
 */
final class RedisData {
    private static final Resp.Simple OK = new Resp.Simple("OK");
    private static final String WRONG_TYPE =
            "WRONGTYPE Operation against a key holding the wrong kind of value";
    private static final String NO_NUMBER = "ERR value is not an integer or out of range";
    private static final String NO_ID =
            "ERR Invalid stream ID specified as stream command argument";
    private static final int NODE = 100; // entries that a trim with ~ takes at once

    /** An entry's place in its stream: milliseconds and a count; both are unsigned, 64 bits. */
    record Id(long millis, long count) implements Comparable<Id> {
        static final Id ZERO = new Id(0, 0);
        static final Id LAST = new Id(-1, -1);

        @Override
        public int compareTo(Id other) {
            int first = Long.compareUnsigned(millis, other.millis);
            return first != 0 ? first : Long.compareUnsigned(count, other.count);
        }

        Id next() {
            return count == -1 ? new Id(millis + 1, 0) : new Id(millis, count + 1);
        }

        Id previous() {
            return count == 0 ? new Id(millis - 1, -1) : new Id(millis, count - 1);
        }

        @Override
        public String toString() {
            return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(count);
        }
    }

    private static final class Log {
        final NavigableMap<Id, List<String>> entries = new TreeMap<>();
        Id last = Id.ZERO;
    }

    private final Map<String, Object> values = new HashMap<>();
    private final Map<String, Long> ends = new HashMap<>(); // in milliseconds since 1970

    void clear() {
        values.clear();
        ends.clear();
    }

    /** The answer to a command; null where it is not one of these. */
    Object answer(List<String> words) throws Resp.Error {
        String name = words.getFirst().toUpperCase(Locale.ROOT);
        int more = words.size() - 1;
        return switch (name) {
            case "GET" -> arity(words, more == 1, () -> Optional.ofNullable(text(words.get(1))));
            case "SET" -> arity(words, more >= 2, () -> set(words));
            case "INCR" -> arity(words, more == 1, () -> add(words.get(1), 1));
            case "INCRBY" -> arity(words, more == 2,
                    () -> add(words.get(1), number(words.get(2))));
            case "DEL" -> arity(words, more >= 1, () -> delete(words.subList(1, words.size())));
            case "EXISTS" -> arity(words, more >= 1, () -> words.stream().skip(1)
                    .filter(key -> at(key) != null).count());
            case "TYPE" -> arity(words, more == 1, () -> new Resp.Simple(switch (at(words.get(1))) {
                case null -> "none";
                case Log _ -> "stream";
                case Map<?, ?> _ -> "hash";
                default -> "string";
            }));
            case "EXPIRE" -> arity(words, more == 2,
                    () -> expire(words.get(1), number(words.get(2)) * 1_000));
            case "PEXPIRE" -> arity(words, more == 2,
                    () -> expire(words.get(1), number(words.get(2))));
            case "TTL" -> arity(words, more == 1, () -> left(words.get(1), 1_000));
            case "PTTL" -> arity(words, more == 1, () -> left(words.get(1), 1));
            case "HSET" -> arity(words, more >= 3 && more % 2 == 1, () -> put(words));
            case "HGET" -> arity(words, more == 2,
                    () -> Optional.ofNullable(hash(words.get(1)).get(words.get(2))));
            case "HGETALL" -> arity(words, more == 1, () -> hash(words.get(1)).entrySet().stream()
                    .flatMap(each -> List.of(each.getKey(), each.getValue()).stream()).toList());
            case "HDEL" -> arity(words, more >= 2, () -> remove(words));
            case "HLEN" -> arity(words, more == 1, () -> hash(words.get(1)).size());
            case "XADD" -> arity(words, more >= 4, () -> append(words));
            case "XLEN" -> arity(words, more == 1, () -> log(words.get(1)).entries.size());
            case "XRANGE" -> arity(words, more >= 3, () -> range(words, false));
            case "XREVRANGE" -> arity(words, more >= 3, () -> range(words, true));
            case "DBSIZE" -> arity(words, more == 0, () -> List.copyOf(values.keySet()).stream()
                    .filter(key -> at(key) != null).count());
            case "FLUSHALL", "FLUSHDB" -> {
                clear();
                yield OK;
            }
            default -> null;
        };
    }

    private interface Answer {
        Object get() throws Resp.Error;
    }

    private static Object arity(List<String> words, boolean isRight, Answer answer)
            throws Resp.Error {
        if (isRight) return answer.get();
        throw wrongNumber(words);
    }

    static Resp.Error wrongNumber(List<String> words) {
        return new Resp.Error("ERR wrong number of arguments for '"
                + words.getFirst().toLowerCase(Locale.ROOT) + "' command");
    }

    static long number(String text) throws Resp.Error {
        if (text.matches("-?(0|[1-9][0-9]{0,17})") && !text.equals("-0")) {
            return Long.parseLong(text);
        }
        throw new Resp.Error(NO_NUMBER);
    }

    // ---- keys -----------------------------------------------------------------------------------

    private Object at(String key) {
        Long end = ends.get(key);
        if (end != null && end <= System.currentTimeMillis()) {
            values.remove(key);
            ends.remove(key);
        }
        return values.get(key);
    }

    private long delete(List<String> keys) {
        long gone = 0;
        for (String key : keys) {
            if (at(key) != null) gone++;
            values.remove(key);
            ends.remove(key);
        }
        return gone;
    }

    private int expire(String key, long millis) {
        if (at(key) == null) return 0;
        ends.put(key, System.currentTimeMillis() + millis);
        return 1;
    }

    private long left(String key, int unit) {
        if (at(key) == null) return -2;
        if (!ends.containsKey(key)) return -1;
        return (ends.get(key) - System.currentTimeMillis() + unit / 2) / unit;
    }

    // ---- texts ----------------------------------------------------------------------------------

    private String text(String key) throws Resp.Error {
        Object value = at(key);
        if (value == null || value instanceof String) return (String) value;
        throw new Resp.Error(WRONG_TYPE);
    }

    private Object set(List<String> words) throws Resp.Error {
        String key = words.get(1);
        Long end = null;
        boolean onlyNew = false;
        boolean onlyOld = false;
        boolean tellsOld = false;
        for (int i = 3; i < words.size(); i++) {
            String option = words.get(i).toUpperCase(Locale.ROOT);
            switch (option) {
                case "NX" -> onlyNew = true;
                case "XX" -> onlyOld = true;
                case "GET" -> tellsOld = true;
                case "EX", "PX" -> {
                    if (++i == words.size()) throw new Resp.Error("ERR syntax error");
                    long time = number(words.get(i)) * (option.equals("EX") ? 1_000 : 1);
                    if (time <= 0) {
                        throw new Resp.Error("ERR invalid expire time in 'set' command");
                    }
                    end = System.currentTimeMillis() + time;
                }
                default -> throw new Resp.Error("ERR syntax error");
            }
        }
        if (onlyNew && onlyOld) throw new Resp.Error("ERR syntax error");
        Optional<String> old = tellsOld ? Optional.ofNullable(text(key)) : Optional.empty();
        boolean isThere = at(key) != null;
        if (isThere ? onlyNew : onlyOld) return old;
        values.put(key, words.get(2));
        ends.remove(key);
        if (end != null) ends.put(key, end);
        return tellsOld ? old : OK;
    }

    private long add(String key, long more) throws Resp.Error {
        String value = text(key);
        long sum = (value == null ? 0 : number(value)) + more;
        values.put(key, "" + sum); // its end of life stays
        return sum;
    }

    // ---- hashes ---------------------------------------------------------------------------------

    @SuppressWarnings("unchecked") // every map here is one of texts
    private Map<String, String> hash(String key) throws Resp.Error {
        Object value = at(key);
        if (value == null) return new LinkedHashMap<>();
        if (value instanceof Map<?, ?>) return (Map<String, String>) value;
        throw new Resp.Error(WRONG_TYPE);
    }

    private int put(List<String> words) throws Resp.Error {
        Map<String, String> hash = hash(words.get(1));
        int before = hash.size();
        for (int i = 2; i < words.size(); i += 2) hash.put(words.get(i), words.get(i + 1));
        values.put(words.get(1), hash);
        return hash.size() - before;
    }

    private int remove(List<String> words) throws Resp.Error {
        Map<String, String> hash = hash(words.get(1));
        int before = hash.size();
        words.stream().skip(2).forEach(hash::remove);
        if (hash.isEmpty()) delete(List.of(words.get(1)));
        return before - hash.size();
    }

    // ---- streams --------------------------------------------------------------------------------

    private Log log(String key) throws Resp.Error {
        Object value = at(key);
        if (value == null) return new Log();
        if (value instanceof Log log) return log;
        throw new Resp.Error(WRONG_TYPE);
    }

    private Object append(List<String> words) throws Resp.Error {
        int i = 2;
        boolean makes = true;
        long most = Long.MAX_VALUE;
        boolean isAbout = false;
        for (; i < words.size(); i++) {
            String option = words.get(i).toUpperCase(Locale.ROOT);
            if (option.equals("NOMKSTREAM")) {
                makes = false;
            } else if (option.equals("MAXLEN") && i + 1 < words.size()) {
                isAbout = words.get(i + 1).equals("~");
                if (isAbout || words.get(i + 1).equals("=")) i++;
                if (++i == words.size()) throw new Resp.Error("ERR syntax error");
                most = number(words.get(i));
                if (most < 0) throw new Resp.Error("ERR The MAXLEN argument must be >= 0.");
            } else {
                break;
            }
        }
        String wanted = i < words.size() ? words.get(i) : "";
        List<String> fields = words.subList(Math.min(i + 1, words.size()), words.size());
        if (fields.isEmpty() || fields.size() % 2 == 1) throw wrongNumber(words);
        String key = words.get(1);
        Log log = log(key);
        Id id = id(log, wanted);
        if (at(key) == null && !makes) return Optional.empty();
        log.entries.put(id, List.copyOf(fields));
        log.last = id;
        values.put(key, log);
        trim(log, most, isAbout);
        return id.toString();
    }

    private static Id id(Log log, String wanted) throws Resp.Error {
        if (wanted.equals("*")) {
            long now = System.currentTimeMillis();
            return now > log.last.millis ? new Id(now, 0) : log.last.next();
        }
        Id id;
        if (wanted.endsWith("-*")) {
            long millis = parse(wanted.substring(0, wanted.length() - 2), 0).millis;
            id = millis == log.last.millis ? log.last.next() : new Id(millis, 0);
            if (id.equals(Id.ZERO)) id = id.next();
        } else {
            id = parse(wanted, 0);
        }
        if (id.equals(Id.ZERO)) {
            throw new Resp.Error("ERR The ID specified in XADD must be greater than 0-0");
        }
        if (id.compareTo(log.last) > 0) return id;
        throw new Resp.Error("ERR The ID specified in XADD is equal or smaller than the target"
                + " stream top item");
    }

    /** As Redis does, whose entries lie in nodes of {@value #NODE}: with ~ only whole ones go. */
    private static void trim(Log log, long most, boolean isAbout) {
        while (log.entries.size() > most) {
            long node = isAbout ? NODE : 1;
            if (log.entries.size() - node < most) return;
            for (long i = 0; i < node; i++) log.entries.pollFirstEntry();
        }
    }

    /** @param missing the count of an id that is milliseconds alone */
    private static Id parse(String text, long missing) throws Resp.Error {
        String[] parts = text.split("-", -1);
        try {
            if (parts.length > 2) throw new Resp.Error(NO_ID);
            return new Id(Long.parseUnsignedLong(parts[0]),
                    parts.length == 1 ? missing : Long.parseUnsignedLong(parts[1]));
        } catch (NumberFormatException none) {
            throw new Resp.Error(NO_ID);
        }
    }

    private Object range(List<String> words, boolean newestFirst) throws Resp.Error {
        String from = words.get(newestFirst ? 3 : 2);
        String to = words.get(newestFirst ? 2 : 3);
        Id first = edge(from, 0, Id::next);
        Id last = edge(to, -1, Id::previous);
        long most = Long.MAX_VALUE;
        if (words.size() > 4) {
            if (words.size() != 6 || !words.get(4).equalsIgnoreCase("COUNT")) {
                throw new Resp.Error("ERR syntax error");
            }
            most = Math.max(0, number(words.get(5)));
        }
        if (first.compareTo(last) > 0) return List.of();
        NavigableMap<Id, List<String>> part = log(words.get(1)).entries.subMap(first, true, last,
                true);
        if (newestFirst) part = part.descendingMap();
        return part.entrySet().stream().limit(most).map(RedisData::entry).toList();
    }

    private static Id edge(String text, long missing, UnaryOperator<Id> beyond)
            throws Resp.Error {
        if (text.equals("-")) return Id.ZERO;
        if (text.equals("+")) return Id.LAST;
        return text.startsWith("(") ? beyond.apply(parse(text.substring(1), missing))
                : parse(text, missing);
    }

    private static List<Object> entry(Map.Entry<Id, List<String>> entry) {
        return List.of(entry.getKey().toString(), entry.getValue());
    }

    /** Where a reader begins: {@code $} is the end, as it is now. */
    Id place(String key, String text) throws Resp.Error {
        return text.equals("$") ? log(key).last : parse(text, 0);
    }

    /** What came after these places: a list for each stream that has some. */
    List<Object> after(Map<String, Id> places, long most) throws Resp.Error {
        var found = new ArrayList<Object>();
        for (var place : places.entrySet()) {
            var entries = log(place.getKey()).entries.tailMap(place.getValue(), false).entrySet()
                    .stream().limit(most).map(RedisData::entry).toList();
            if (!entries.isEmpty()) found.add(List.of(place.getKey(), entries));
        }
        return found;
    }
}
