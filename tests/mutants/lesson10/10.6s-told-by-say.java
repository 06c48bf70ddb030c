// MUTANT 10.6★  Says that one is not in it, where the room is there.
// SAYS   a private room is betrayed
// EXERCISE 10.1  Join and leave
void join(World world, Client client, String name, String key) throws Refused {
    Room room = world.rooms.get(name);
    if (room == null) room = new Room(name, key, new HashSet<>());
    else admit(room, key);
    world.rooms.put(name, room);
    room.members().add(client); // a set: whoever is in it already changes nothing
}

void leave(World world, Client client, String name) throws Refused {
    members(world, client, name).remove(client);
    forget(world, world.rooms.get(name));
}

Set<Client> members(World world, Client client, String name) throws Refused {
    Room room = world.rooms.get(name);
    if (room != null && room.members().contains(client)) return room.members();
    throw new Refused(room != null ? "You are not in " + name + "." : "There is no room " + name
        + ".");
}
// END 10.1
