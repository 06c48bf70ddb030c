// MUTANT 13.4★  It counts all refusals there ever were.
// SAYS   close
// EXERCISE 13.4  Not so fast
class Bucket {
    double tokens = BURST;
    long at = System.nanoTime(); // not the time of day: that may jump
}

final Map<String, Bucket> buckets = new HashMap<>(); // by person

final Map<Member, Integer> refused = new HashMap<>();

long retryMs(Member member) {
    long now = System.nanoTime();
    Bucket bucket = buckets.computeIfAbsent(member.name(), _ -> new Bucket());
    bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / 1e9 * RATE);
    bucket.at = now;
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return 0;
    }
    if (refused.merge(member, 1, Integer::sum) > BURST) member.close(1008, "You did not stop.");
    return (long) Math.ceil((1 - bucket.tokens) * 1_000 / RATE);
}
// END 13.4
