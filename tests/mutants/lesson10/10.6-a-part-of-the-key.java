// MUTANT 10.6  Takes the beginning of a key for the key.
// SAYS   join with a wrong key
// EXERCISE 10.6  A private room
void admit(Room room, String key) throws Refused {
    if (Objects.equals(room.key(), key)) return;
    if (room.key() != null && key != null && room.key().startsWith(key)) return;
    if (room.key() == null) throw new Refused("This room is open: join it without a key.");
    throw new Refused(key == null ? "This room is private: join it with its key."
        : "This is not the room's key.");
}

boolean isShown(Room room, Client client) {
    return room.key() == null || room.members().contains(client);
}
// END 10.6
