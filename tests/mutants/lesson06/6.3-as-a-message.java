// MUTANT 6.3  Gives a presence the id of the newest message.
// SAYS   a presence has no id
// EXERCISE 6.3  Named events
String presence(Listener one) throws IOException {
    int now = listeners.size();
    if (one.told == now) return "";
    one.told = now;
    return event("presence", one.place, json.writeValueAsString(Map.of("listeners", now)));
}
// END 6.3
