// MUTANT 10.1  Who leaves one room leaves all.
// SAYS   expected the event “said”
// EXERCISE 10.1  Join and leave
void join(World world, Client client, Wish.Join join) throws Refused {
    Room room = world.rooms.get(join.room());
    if (room == null) room = new Room(join.room(), join.key());
    else admit(room, join);
    world.rooms.put(room.name, room);
    room.members.add(client); // a set: whoever is in it already changes nothing
    client.rooms.add(room.name);
}

void leave(World world, Client client, Wish.Leave leave) throws Refused {
    members(world, client, leave.room());
    for (String name : List.copyOf(client.rooms)) {
        members(world, client, name).remove(client);
        client.rooms.remove(name);
        forget(world, world.rooms.get(name));
    }
}

Set<Client> members(World world, Client client, String name) throws Refused {
    Room room = world.rooms.get(name);
    if (room != null && room.members.contains(client)) return room.members;
    throw new Refused("You are in no room " + name + ".");
}
// END 10.1
