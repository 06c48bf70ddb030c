// MUTANT 10.2  Makes a world for each name that is asked for.
// SAYS   expected status 404
// EXERCISE 10.2  Namespaces keep apart
final Map<String, World> worlds = new ConcurrentHashMap<>();

World world(String namespace) {
    return worlds.computeIfAbsent(namespace, _ -> new World());
}
// END 10.2
