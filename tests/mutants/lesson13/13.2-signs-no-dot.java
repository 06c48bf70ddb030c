// MUTANT 13.2  The dot is not signed: it may move.
// SAYS   a dot that has moved
// EXERCISE 13.2  Show who you are
String cookie(Visitor visitor, boolean isSecure) {
    String says = visitor.name() + "." + visitor.expires();
    return "session=" + says + "." + signature(says) + "; Path=/; HttpOnly; SameSite=Strict; "
        + "Max-Age=" + SESSION_S + (isSecure ? "; Secure" : "");
}

Visitor visitor(String cookie) {
    String[] parts = cookie.split("\\.", -1);
    if (parts.length != 3) return null;
    byte[] right = signature(parts[0] + "." + parts[1]).getBytes();
    if (!MessageDigest.isEqual(right, parts[2].getBytes())) return null;
    var visitor = new Visitor(parts[0], Long.parseLong(parts[1])); // we wrote it: it is a number
    return isOver(visitor) ? null : visitor;
}

String signature(String says) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(
        Secret.hmac(says.replace(".", "")));
}

boolean isOver(Visitor visitor) {
    return Instant.now().getEpochSecond() >= visitor.expires();
}

// ★ The door is asked once; a connection may outlive the session that opened it.
void beat(Collection<Member> members) {
    for (Member each : members) {
        if (isOver(each.visitor())) each.close(1008, "Your session has ended: log in again.");
    }
}
// END 13.2
