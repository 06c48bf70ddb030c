// MUTANT 10.3  Lists the rooms of all namespaces.
// SAYS   the rooms of the other namespace
// EXERCISE 10.3  Rooms come and go
List<Size> list(World world, Client client) {
    return worlds.values().stream().flatMap(each -> each.rooms.values().stream())
        .filter(room -> isShown(room, client))
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
