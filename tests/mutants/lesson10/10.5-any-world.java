// MUTANT 10.5  Looks in the other namespace, too.
// SAYS   must be refused
// EXERCISE 10.5  To one
Set<Client> addressee(World world, String id) throws Refused {
    Client one = world.clients.get(id);
    for (World other : worlds.values()) {
        if (one == null) one = other.clients.get(id);
    }
    if (one == null) {
        throw new Refused("The field to names no client: " + Refused.shortened(id) + ".");
    }
    return Set.of(one);
}
// END 10.5
