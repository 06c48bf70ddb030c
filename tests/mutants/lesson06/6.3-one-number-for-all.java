// MUTANT 6.3  Remembers for all together what was told: who is asked first gets it.
// SAYS   but it was told nothing
// EXERCISE 6.3  Named events
int told = -1; // how many listen, as it was last told

String presence(Listener one) throws IOException {
    int now = listeners.size();
    if (told == now) return "";
    told = now;
    return event("presence", null, json.writeValueAsString(Map.of("listeners", now)));
}
// END 6.3
