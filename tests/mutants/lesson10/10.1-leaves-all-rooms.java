// MUTANT 10.1  Who leaves one room leaves all.
// SAYS   must hear
// EXERCISE 10.1  Join and leave
void join(World world, Client client, String name, String key) throws Refused {
    Room room = world.rooms.get(name);
    if (room == null) room = new Room(name, key, new HashSet<>());
    else admit(room, key);
    world.rooms.put(name, room);
    room.members().add(client); // a set: whoever is in it already changes nothing
}

void leave(World world, Client client, String name) throws Refused {
    members(world, client, name);
    for (Room each : List.copyOf(world.rooms.values())) {
        each.members().remove(client);
        forget(world, each);
    }
}

Set<Client> members(World world, Client client, String name) throws Refused {
    Room room = world.rooms.get(name);
    if (room != null && room.members().contains(client)) return room.members();
    throw new Refused("You are in no room " + name + ".");
}
// END 10.1
