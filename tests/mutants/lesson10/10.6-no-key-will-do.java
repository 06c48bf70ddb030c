// MUTANT 10.6  Who gives no key is let in.
// SAYS   without a key
// EXERCISE 10.6  A private room
void admit(Room room, String key) throws Refused {
    if (key == null || key.equals(room.key())) return;
    if (room.key() == null) throw new Refused("This room is open: join it without a key.");
    throw new Refused(key == null ? "This room is private: join it with its key."
        : "This is not the room's key.");
}

boolean isShown(Room room, Client client) {
    return room.key() == null || room.members().contains(client);
}
// END 10.6
