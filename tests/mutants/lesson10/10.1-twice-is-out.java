// MUTANT 10.1  Joining again leaves.
// SAYS   expected the event “said”
// EXERCISE 10.1  Join and leave
void join(World world, Client client, Wish.Join join) throws Refused {
    Room room = world.rooms.get(join.room());
    if (room == null) room = new Room(join.room(), join.key());
    else admit(room, join);
    world.rooms.put(room.name, room);
    if (!room.members.add(client)) room.members.remove(client);
    client.rooms.add(room.name);
}

void leave(World world, Client client, Wish.Leave leave) throws Refused {
    members(world, client, leave.room()).remove(client);
    client.rooms.remove(leave.room());
    forget(world, world.rooms.get(leave.room()));
}

Set<Client> members(World world, Client client, String name) throws Refused {
    Room room = world.rooms.get(name);
    if (room != null && room.members.contains(client)) return room.members;
    throw new Refused("You are in no room " + name + ".");
}
// END 10.1
