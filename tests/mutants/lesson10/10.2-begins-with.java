// MUTANT 10.2  Whatever begins with a known name is that namespace.
// SAYS   expected status 404
// EXERCISE 10.2  Namespaces keep apart
final Map<String, World> worlds = Map.of("chat", new World(), "game", new World());

World world(String namespace) {
    return worlds.get(namespace.substring(0, Math.min(4, namespace.length())));
}
// END 10.2
