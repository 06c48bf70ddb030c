// MUTANT 10.2  Has two names for one world.
// SAYS   the other namespace
// EXERCISE 10.2  Namespaces keep apart
final World one = new World();
final Map<String, World> worlds = Map.of("chat", one, "game", one);

World world(String namespace) {
    return worlds.get(namespace);
}
// END 10.2
