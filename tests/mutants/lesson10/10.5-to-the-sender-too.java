// MUTANT 10.5  Lets the sender hear it, too.
// SAYS   the sender gets the ack
// EXERCISE 10.5  To one
Set<Client> addressee(World world, String id) throws Refused {
    Client one = world.clients.get(id);
    if (one == null) {
        throw new Refused("The field to names no client: " + Refused.shortened(id) + ".");
    }
    return new HashSet<>(List.of(one, client));
}
// END 10.5
