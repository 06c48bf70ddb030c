// ANSWER  A map that trims itself, history in a loop, each goodbye on a thread of its own.
// EXERCISE 14.2  Nothing twice
final LinkedHashMap<List<String>, Said> known = new LinkedHashMap<>();

Said first(Said said) {
    if (said.nonce() == null) return said;
    List<String> key = List.of(said.from(), said.nonce());
    if (known.containsKey(key)) return known.get(key);
    known.put(key, said);
    if (known.size() > 10_000) known.pollFirstEntry();
    return said;
}
// END 14.2
// EXERCISE 14.3  Nothing missed
final Map<String, Long> upTo = new HashMap<>();

void join(Member member, String room, Long after) throws Refused {
    floor.enter(member, room); // nothing comes while we have the lock
    upTo.remove(member.id() + room);
    if (after == null) return;
    upTo.put(member.id() + room, after);
    member.tell("history", history(room, after));
}

History history(String room, long after) {
    var missed = new ArrayDeque<Said>();
    boolean isWhole = after == log.newest() || log.newest() > 0 && log.oldest() <= after;
    for (Said said : log.of(room)) {
        if (said.id() <= after) continue;
        missed.add(said);
        if (missed.size() > MOST_MESSAGES) {
            missed.removeFirst();
            isWhole = false;
        }
    }
    return new History(room, List.copyOf(missed), isWhole);
}

boolean isNews(Member member, Said said) {
    Long after = upTo.get(member.id() + said.room());
    return after == null || said.id() > after;
}
// END 14.3
// EXERCISE 14.4  Go gently
volatile boolean isLeaving;

void leave(Collection<Member> members) throws InterruptedException {
    isLeaving = true;
    var goodbyes = new ArrayList<Thread>();
    for (Member each : List.copyOf(members)) {
        long wait = ThreadLocalRandom.current().nextLong(DRAIN_MS + 1);
        goodbyes.add(Thread.startVirtualThread(() -> {
            LockSupport.parkNanos(wait * 1_000_000);
            each.close(1012, "restart");
        }));
    }
    for (Thread each : goodbyes) each.join();
    Thread.sleep(300);
}
// END 14.4
