// MUTANT 10.2  Chat is chat.
// SAYS   expected status 404
// EXERCISE 10.2  Namespaces keep apart
final Map<String, World> worlds = Map.of("chat", new World(), "game", new World());

World world(String namespace) {
    return worlds.get(namespace.toLowerCase(Locale.ROOT));
}
// END 10.2
