// MUTANT 10.3  Whoever is lost stays in its rooms.
// SAYS   was lost by
// EXERCISE 10.3  Rooms come and go
List<Size> list(World world, Client client) {
    return world.rooms.values().stream()
        .filter(room -> isShown(room, client))
        .map(room -> new Size(room.name(), room.members().size()))
        .toList();
}

void vanish(World world, Client client) {
    for (Room room : List.copyOf(world.rooms.values())) { // forget takes some out meanwhile
        forget(world, room);
    }
}

void forget(World world, Room room) {
    if (room.members().isEmpty()) world.rooms.remove(room.name());
}
// END 10.3
