// MUTANT 10.4  Tells the first of the rooms.
// SAYS   is heard by all members
// EXERCISE 10.4  To several
Set<Client> hearers(World world, Client client, Say say) throws Refused {
    var hearers = new HashSet<Client>();
    String first = say.room() != null ? say.room() : say.rooms().getFirst();
    if (say.rooms() != null) for (String each : say.rooms()) members(world, client, each);
    hearers.addAll(members(world, client, first));
    if (!say.echo()) hearers.remove(client);
    return hearers;
}
// END 10.4
