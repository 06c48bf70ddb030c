// MUTANT 6.3  Tells when one comes, not when one goes.
// SAYS   one of three listeners has gone, so this listener must hear
// EXERCISE 6.3  Named events
String presence(Listener one) throws IOException {
    int now = listeners.size();
    if (one.told >= now) return "";
    one.told = now;
    return event("presence", null, json.writeValueAsString(Map.of("listeners", now)));
}
// END 6.3
