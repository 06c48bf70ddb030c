// MUTANT 6.3  Counts the others alone.
// SAYS   but it was told 0
// EXERCISE 6.3  Named events
String presence(Listener one) throws IOException {
    int now = listeners.size();
    if (one.told == now) return "";
    one.told = now;
    return event("presence", null, json.writeValueAsString(Map.of("listeners", now - 1)));
}
// END 6.3
