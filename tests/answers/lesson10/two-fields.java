// ANSWER  A field for each namespace; streams; a room of one is made anew for each message.
// EXERCISE 10.2  Namespaces keep apart
final World chat = new World();
final World game = new World();

World world(String namespace) {
    return switch (namespace) {
        case "chat" -> chat;
        case "game" -> game;
        default -> null;
    };
}
// END 10.2

// EXERCISE 10.4  To several
Set<Client> hearers(World world, Client client, Say say) throws Refused {
    List<String> names = say.room() == null ? say.rooms() : List.of(say.room());
    for (String name : names) members(world, client, name);
    return names.stream().flatMap(name -> world.rooms.get(name).members().stream())
        .filter(each -> say.echo() || each != client).collect(Collectors.toSet());
}
// END 10.4

// EXERCISE 10.5  To one
Set<Client> addressee(World world, String id) throws Refused {
    Set<Client> one = world.clients.values().stream().filter(each -> each.id().equals(id))
        .collect(Collectors.toSet());
    if (one.isEmpty()) throw new Refused("to: nobody here is " + Refused.shortened(id));
    return one;
}
// END 10.5
