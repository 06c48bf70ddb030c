// MUTANT 10.4  To be in one of the rooms is enough.
// SAYS   one that it is not in
// EXERCISE 10.4  To several
Set<Client> hearers(World world, Client client, Say say) throws Refused {
    var hearers = new HashSet<Client>();
    for (String name : say.room() != null ? List.of(say.room()) : say.rooms()) {
        Room room = world.rooms.get(name);
        boolean isIn = room != null && room.members().contains(client);
        if (say.room() == null && !isIn) continue;
        hearers.addAll(members(world, client, name));
    }
    if (!say.echo()) hearers.remove(client);
    return hearers;
}
// END 10.4
