// MUTANT 6.3  Tells all but the one who comes.
// SAYS   it has just come, so this listener must hear
// EXERCISE 6.3  Named events
String presence(Listener one) throws IOException {
    int now = listeners.size();
    if (one.told == now) return "";
    boolean comes = one.told == -1;
    one.told = now;
    if (comes) return "";
    return event("presence", null, json.writeValueAsString(Map.of("listeners", now)));
}
// END 6.3
