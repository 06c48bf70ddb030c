// MUTANT 10.4  The sender hears it in any case.
// SAYS   expected the event “ack”
// EXERCISE 10.4  To several
Set<Client> hearers(World world, Client client, Say say) throws Refused {
    var hearers = new HashSet<Client>();
    for (String name : say.room() != null ? List.of(say.room()) : say.rooms()) {
        hearers.addAll(members(world, client, name));
    }
    return hearers;
}
// END 10.4
