// MUTANT 13.4★  All that the person has open is closed.
// SAYS   expected a text
// EXERCISE 13.4  Not so fast
class Bucket {
    double tokens = BURST;
    long at = System.nanoTime(); // not the time of day: that may jump
}

final Map<String, Bucket> buckets = new HashMap<>(); // by person

final Set<Member> seen = new HashSet<>();

long retryMs(Member member) {
    long now = System.nanoTime();
    seen.add(member);
    Bucket bucket = buckets.computeIfAbsent(member.name(), _ -> new Bucket());
    bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / 1e9 * RATE);
    bucket.at = now;
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return 0;
    }
    for (Member each : seen) {
        if (member.refusals() >= BURST && each.name().equals(member.name())) {
            each.close(1008, "You did not stop.");
        }
    }
    return (long) Math.ceil((1 - bucket.tokens) * 1_000 / RATE);
}
// END 13.4
