// MUTANT 10.4  Goes through the rooms one after the other.
// SAYS   expected the event “ack”
// EXERCISE 10.4  To several
Collection<Client> hearers(World world, Client client, Say say) throws Refused {
    var hearers = new ArrayList<Client>();
    for (String name : say.room() != null ? List.of(say.room()) : say.rooms()) {
        hearers.addAll(members(world, client, name));
    }
    if (!say.echo()) hearers.removeIf(each -> each == client);
    return hearers;
}
// END 10.4
