// MUTANT 10.6  An open room takes any key.
// SAYS   join an open room with a key
// EXERCISE 10.6  A private room
void admit(Room room, String key) throws Refused {
    if (room.key() == null || room.key().equals(key)) return;
    if (room.key() == null) throw new Refused("This room is open: join it without a key.");
    throw new Refused(key == null ? "This room is private: join it with its key."
        : "This is not the room's key.");
}

boolean isShown(Room room, Client client) {
    return room.key() == null || room.members().contains(client);
}
// END 10.6
