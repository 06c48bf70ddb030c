// MUTANT 13.4★  Come again, it says.
// SAYS   is closed with 1008
// EXERCISE 13.4  Not so fast
class Bucket {
    double tokens = BURST;
    long at = System.nanoTime(); // not the time of day: that may jump
}

final Map<String, Bucket> buckets = new HashMap<>(); // by person

long retryMs(Member member) {
    long now = System.nanoTime();
    Bucket bucket = buckets.computeIfAbsent(member.name(), _ -> new Bucket());
    bucket.tokens = Math.min(BURST, bucket.tokens + (now - bucket.at) / 1e9 * RATE);
    bucket.at = now;
    if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return 0;
    }
    if (member.refusals() >= BURST) member.close(1013, "You did not stop."); // ★
    return (long) Math.ceil((1 - bucket.tokens) * 1_000 / RATE);
}
// END 13.4
