// ANSWER  Streams, a pattern, a walk by recursion, a bucket that is a record.
// EXERCISE 13.1  Only our pages
boolean isOurs(List<String> origins, List<String> ours) {
    return origins.isEmpty() || ours.stream().anyMatch(our -> List.of(our).equals(origins));
}
// END 13.1

// EXERCISE 13.2  Show who you are
String cookie(Visitor visitor, boolean isSecure) {
    return String.format(Locale.ROOT,
        "session=%s.%d.%s; Max-Age=%d; Path=/; SameSite=Strict; HttpOnly%s", visitor.name(),
        visitor.expires(), signature(visitor.name() + "." + visitor.expires()), SESSION_S,
        isSecure ? "; Secure" : "");
}

Visitor visitor(String cookie) {
    return Stream.of(cookie).map(Pattern.compile("([^.]+)\\.([0-9]{1,18})\\.([^.]+)")::matcher)
        .filter(Matcher::matches)
        .filter(it -> signature(it.group(1) + "." + it.group(2)).equals(it.group(3)))
        .map(it -> new Visitor(it.group(1), Long.parseLong(it.group(2))))
        .filter(who -> who.expires() > Instant.now().getEpochSecond()).findAny().orElse(null);
}

String signature(String says) {
    return new String(Base64.getUrlEncoder().withoutPadding().encode(Secret.hmac(says)));
}

void beat(Collection<Member> members) {
    for (Member each : members) {
        if (Instant.ofEpochSecond(each.visitor().expires()).isAfter(Instant.now())) continue;
        each.close(1008, "over");
    }
}
// END 13.2

// EXERCISE 13.3  Whose address is it
String address(String peer, List<String> forwarded) {
    String list = String.join(",", forwarded);
    int comma = list.lastIndexOf(',');
    String last = Addresses.literal(list.substring(comma + 1).strip());
    if (!TRUSTED.contains(peer) || last == null) return peer;
    return address(last, comma < 0 ? List.of() : List.of(list.substring(0, comma)));
}

boolean isSecure(String peer, String proto) {
    return TRUSTED.stream().anyMatch(peer::equals) && "https".equals(proto);
}
// END 13.3

// EXERCISE 13.4  Not so fast
record Level(double tokens, long at) {
    Level now(long nanos) {
        return new Level(Math.min(BURST, tokens + (nanos - at) * 1e-9 * RATE), nanos);
    }
}

final Map<String, Level> levels = new ConcurrentHashMap<>();

long retryMs(Member member) {
    long now = System.nanoTime();
    Level before = levels.getOrDefault(member.name(), new Level(BURST, now)).now(now);
    boolean isTaken = before.tokens() >= 1;
    levels.put(member.name(), new Level(before.tokens() - (isTaken ? 1 : 0), now));
    if (!isTaken && member.refusals() >= BURST) member.close(1008, "Enough.");
    return isTaken ? 0 : 1 + (long) ((1 - before.tokens()) * 1e3 / RATE);
}
// END 13.4
