// MUTANT 10.3  The list has only the rooms that one is in.
// SAYS   the list must have the room
// EXERCISE 10.3  Rooms come and go
List<Size> list(World world, Client client) {
    return world.rooms.values().stream()
        .filter(room -> room.members().contains(client))
        .map(room -> new Size(room.name(), room.members().size()))
        .toList();
}

void vanish(World world, Client client) {
    for (Room room : List.copyOf(world.rooms.values())) { // forget takes some out meanwhile
        room.members().remove(client);
        forget(world, room);
    }
}

void forget(World world, Room room) {
    if (room.members().isEmpty()) world.rooms.remove(room.name());
}
// END 10.3
