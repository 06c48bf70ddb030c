// ANSWER  Loops with an index; a bucket that knows only when it will be full again.
// EXERCISE 13.1  Only our pages
boolean isOurs(List<String> origins, List<String> ours) {
    if (origins.size() > 1) return false;
    for (String origin : origins) {
        for (String our : ours) {
            if (our.equals(origin)) return true;
        }
        return false;
    }
    return true;
}
// END 13.1

// EXERCISE 13.2  Show who you are
String cookie(Visitor visitor, boolean isSecure) {
    var parts = new ArrayList<>(List.of("session=" + signed(visitor.name(), visitor.expires()),
        "max-age=" + SESSION_S, "samesite=strict", "httponly", "path=/"));
    if (isSecure) parts.add(1, "secure");
    return String.join("; ", parts);
}

String signed(String name, long expires) {
    String says = name + '.' + expires;
    byte[] hash = Secret.hmac(says);
    String text = new String(Base64.getEncoder().encode(hash), StandardCharsets.ISO_8859_1);
    return says + '.' + text.replace('+', '-').replace('/', '_').replace("=", "");
}

Visitor visitor(String cookie) {
    try {
        int end = cookie.indexOf('.');
        int signature = cookie.lastIndexOf('.');
        if (end < 0 || signature <= end) return null;
        String name = cookie.substring(0, end);
        long expires = Long.parseLong(cookie.substring(end + 1, signature));
        if (!signed(name, expires).equals(cookie)) return null; // not in equal time, but right
        return System.currentTimeMillis() < expires * 1_000 ? new Visitor(name, expires) : null;
    } catch (NumberFormatException noNumber) {
        return null;
    }
}

void beat(Collection<Member> members) {
    long now = System.currentTimeMillis();
    members.stream().filter(each -> each.visitor().expires() * 1_000 <= now)
        .forEach(each -> each.close(1008, ""));
}
// END 13.2

// EXERCISE 13.3  Whose address is it
String address(String peer, List<String> forwarded) {
    var chain = new ArrayList<String>();
    for (String line : forwarded) {
        for (String hop : line.split(",")) chain.add(Addresses.literal(hop.strip()));
    }
    chain.add(peer);
    int at = chain.size() - 1;
    while (at > 0 && TRUSTED.contains(chain.get(at)) && chain.get(at - 1) != null) at--;
    return chain.get(at);
}

boolean isSecure(String peer, String proto) {
    return Objects.equals(proto, "https") && TRUSTED.contains(peer);
}
// END 13.3

// EXERCISE 13.4  Not so fast
// When the bucket of a person would be full again, in nanoseconds of the clock below.
final Map<String, Long> full = new HashMap<>();
final long begun = System.nanoTime();

long retryMs(Member member) {
    long token = 1_000_000_000L / RATE;
    long now = System.nanoTime() - begun;
    long then = Math.max(full.getOrDefault(member.name(), 0L), now) + token;
    long early = then - now - BURST * token; // would be full later than an empty one can be
    if (early <= 0) {
        full.put(member.name(), then);
        return 0;
    }
    if (member.refusals() >= BURST) member.close(1008, "too fast");
    return Math.ceilDiv(early, 1_000_000L);
}
// END 13.4
