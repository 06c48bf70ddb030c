// MUTANT 6.3  Does not remember what it has told, and tells it again and again.
// SAYS   came again and again
// EXERCISE 6.3  Named events
String presence(Listener one) throws IOException {
    int now = listeners.size();
    if (one.told == now) return "";
    return event("presence", null, json.writeValueAsString(Map.of("listeners", now)));
}
// END 6.3
