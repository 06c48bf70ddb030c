// MUTANT 10.4  Without an echo only where it is one room.
// SAYS   expected the event “ack”
// EXERCISE 10.4  To several
Set<Client> hearers(World world, Client client, Say say) throws Refused {
    var hearers = new HashSet<Client>();
    for (String name : say.room() != null ? List.of(say.room()) : say.rooms()) {
        hearers.addAll(members(world, client, name));
    }
    if (!say.echo() && say.room() != null) hearers.remove(client);
    return hearers;
}
// END 10.4
