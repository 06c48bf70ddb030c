package workshop.running;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What a program takes with all that it has started, as Linux tells it in /proc. */
final class Usage {
    private static final long PAGE = 4096;
    private static final String SELECTOR = "anon_inode:[eventpoll]"; // as a link in /proc/PID/fd

    // Processes that belong to none of ours, so that a look need not read of them all again. A
    // number may come to somebody else: they are forgotten often, and with each new program.
    private static final Set<Long> OTHERS = ConcurrentHashMap.newKeySet();
    private static final int LOOKS_KEPT = 20;
    private static int forgotten; // how often; guarded by OTHERS
    private static int looks;     // of the one thread that looks

    // A program hides its files for a moment while it ends.
    private static final int HIDDEN_LOOKS = 4;
    private static Map<Long, Integer> hidden = Map.of(); // by number of the process: how often

    // Of a socket that is open (1) or half so (4, 5, 8; of UDP 7): what another one says of itself
    // is no length, and neither is what is larger than any queue can be.
    private static final Pattern QUEUES =
            Pattern.compile("^ *\\d+: \\S+ \\S+ 0[14578] (\\p{XDigit}+):(\\p{XDigit}+) ");
    private static final int HURRY = 8;
    private static final long LONGEST_QUEUE = 64L << 20;
    private static final Pattern PAGES = Pattern.compile("^(?:TCP|UDP): .*mem (\\d+)");
    private static final Pattern TIME_WAIT = Pattern.compile("^TCP: .*tw (\\d+)");
    private static final boolean OWN_NETWORK = hasOwnNetwork();

    private long bytes;
    private int processes;
    private int threads;
    private long files;
    private long watches;
    private boolean hides;

    /** Of memory, resident. */
    long bytes() {
        return bytes;
    }

    int processes() {
        return processes;
    }

    int threads() {
        return threads;
    }

    /** Open, connections among them; 0 where these were not looked at. */
    long files() {
        return files;
    }

    /** What its selectors (epoll) watch; a file counts for each of them, and for each number. */
    long watches() {
        return watches;
    }

    /** Whether it runs what nobody may read, so that the kernel hides its files from us. */
    boolean hides() {
        return hides;
    }

    /**
     * What each of {@code programs} takes, by number of its first process: one walk through /proc,
     * from the newest on. It ends early at one that has too many processes: where somebody forks
     * without end, who walks on is never done.
     */
    static Map<Long, Usage> of(Set<Long> programs, boolean withFiles) {
        if (++looks % LOOKS_KEPT == 0) forgetOthers();
        int before;
        synchronized (OTHERS) {
            before = forgotten;
        }
        var others = new ArrayList<Long>();
        var stats = new HashMap<Long, Stat>();
        var hiddenNow = new HashMap<Long, Integer>();
        var all = new HashMap<Long, Usage>();
        String[] names = new File("/proc").list((_, name) -> Character.isDigit(name.charAt(0)));
        long[] pids = Stream.of(names == null ? new String[0] : names).mapToLong(Long::parseLong)
                .filter(pid -> !OTHERS.contains(pid)).sorted().toArray();
        for (int i = pids.length - 1; i >= 0; i--) {
            Stat own = stats.computeIfAbsent(pids[i], Stat::of);
            if (own == null) continue;
            Long program = programAbove(pids[i], programs, stats);
            if (program == null) {
                others.add(pids[i]);
                continue;
            }
            Usage sum = all.computeIfAbsent(program, _ -> new Usage());
            sum.bytes += own.pages * PAGE;
            sum.threads += own.threads;
            if (withFiles && !sum.addFiles(pids[i])) {
                int times = hidden.getOrDefault(pids[i], 0) + 1;
                hiddenNow.put(pids[i], times);
                sum.hides |= times >= HIDDEN_LOOKS;
            }
            if (++sum.processes > Sandbox.PROCESSES) return all;
        }
        if (withFiles) hidden = hiddenNow;
        synchronized (OTHERS) {
            if (before == forgotten) OTHERS.addAll(others);
        }
        return all;
    }

    /** To be called with each new program: its number may have been somebody else's. */
    static void forgetOthers() {
        synchronized (OTHERS) {
            forgotten++;
            OTHERS.clear();
        }
    }

    /** Itself, or the nearest above it; null: it belongs to none of them. */
    private static Long programAbove(long pid, Set<Long> programs, Map<Long, Stat> stats) {
        long at = pid;
        for (int depth = 0; depth < 200; depth++) {
            if (programs.contains(at)) return at;
            if (OTHERS.contains(at)) return null;
            Stat stat = stats.computeIfAbsent(at, Stat::of);
            if (stat == null) return null;
            at = stat.parent;
        }
        return null;
    }

    /**
     * Of {@code process} and all that it has started, just now. This looks at no other program, and
     * so leaves alone what {@link #of} remembers of them; empty where the system does not tell.
     */
    static OptionalInt threads(ProcessHandle process) {
        return Stream.concat(Stream.of(process), process.descendants())
                .map(each -> Stat.of(each.pid())).filter(Objects::nonNull)
                .mapToInt(Stat::threads).reduce(Integer::sum);
    }

    private record Stat(long parent, long pages, int threads) {
        /** Null where it ended while we looked. */
        static Stat of(long pid) {
            try {
                String stat = Files.readString(Path.of("/proc", "" + pid, "stat"),
                        StandardCharsets.ISO_8859_1);
                String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
                return new Stat(Long.parseLong(fields[1]), Long.parseLong(fields[21]),
                        Integer.parseInt(fields[17]));
            } catch (IOException | RuntimeException gone) {
                return null;
            }
        }
    }

    /** False where they are not to be seen: it is about to end, or hides them. */
    private boolean addFiles(long pid) {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(
                Path.of("/proc", "" + pid, "fd"))) {
            for (Path file : all) {
                files++;
                if (isSelector(file)) watches += watches(pid, file);
            }
            return true;
        } catch (IOException | DirectoryIteratorException gone) {
            return false;
        }
    }

    private static boolean isSelector(Path file) {
        try {
            return Files.readSymbolicLink(file).toString().equals(SELECTOR);
        } catch (IOException closed) {
            return false; // while we looked; the others count all the same
        }
    }

    /** A selector may watch what is closed under that number and open under another one. */
    private static long watches(long pid, Path selector) {
        Path all = Path.of("/proc", "" + pid, "fdinfo", selector.getFileName().toString());
        try (Stream<String> lines = Files.lines(all)) {
            return lines.filter(line -> line.startsWith("tfd:")).limit(Sandbox.WATCHES + 1).count();
        } catch (IOException | UncheckedIOException closed) {
            return 0;
        }
    }

    // --- What nobody's processes show -----------------------------------------------------------

    /**
     * Whether more than {@code most} bytes wait in the sockets of this network to be read, if it is
     * a judge's own; a machine's is not looked at.
     *
     * @param now false: only where the whole machine has very many; to look at each takes long
     */
    static boolean isUnread(long most, boolean now) {
        if (!OWN_NETWORK || unreadAnywhere() <= (now ? most : HURRY * most)) return false;
        long sum = 0;
        for (String kind : List.of("tcp", "tcp6", "udp", "udp6")) {
            try (Stream<String> lines = Files.lines(Path.of("/proc/self/net", kind))) {
                sum += lines.map(QUEUES::matcher).filter(Matcher::find)
                        .flatMapToLong(queues -> LongStream.of(Long.parseLong(queues.group(1), 16),
                                Long.parseLong(queues.group(2), 16)))
                        .filter(length -> length < LONGEST_QUEUE).sum();
            } catch (IOException | RuntimeException untold) {
                continue; // a system without IPv6, say
            }
        }
        return sum > most;
    }

    /**
     * Connections of this network that ended within the last minute (TIME_WAIT): nobody's any more,
     * and nobody can listen on their ports until then (RFC 9293, section 3.6.1).
     */
    static int endedConnections() {
        if (!OWN_NETWORK) return 0;
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/net/sockstat"))) {
            return lines.map(TIME_WAIT::matcher).filter(Matcher::find)
                    .mapToInt(count -> Integer.parseInt(count.group(1))).sum();
        } catch (IOException untold) {
            return 0;
        }
    }

    /** In all networks of this machine: bytes, with what the kernel needs to keep them. Quick. */
    private static long unreadAnywhere() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/net/sockstat"))) {
            return lines.map(PAGES::matcher).filter(Matcher::find)
                    .mapToLong(pages -> Long.parseLong(pages.group(1)) * PAGE).sum();
        } catch (IOException untold) {
            return Long.MAX_VALUE;
        }
    }

    private static boolean hasOwnNetwork() {
        try (Stream<String> lines = Files.lines(Path.of("/proc/self/net/dev"))) {
            return lines.skip(2).allMatch(line -> line.strip().startsWith("lo:"));
        } catch (IOException untold) {
            return false;
        }
    }
}
