// MUTANT 10.1  Joining again leaves.
// SAYS   must hear
// EXERCISE 10.1  Join and leave
void join(World world, Client client, String name, String key) throws Refused {
    Room room = world.rooms.get(name);
    if (room == null) room = new Room(name, key, new HashSet<>());
    else admit(room, key);
    world.rooms.put(name, room);
    if (!room.members().add(client)) room.members().remove(client);
}

void leave(World world, Client client, String name) throws Refused {
    members(world, client, name).remove(client);
    forget(world, world.rooms.get(name));
}

Set<Client> members(World world, Client client, String name) throws Refused {
    Room room = world.rooms.get(name);
    if (room != null && room.members().contains(client)) return room.members();
    throw new Refused("You are in no room " + name + ".");
}
// END 10.1
