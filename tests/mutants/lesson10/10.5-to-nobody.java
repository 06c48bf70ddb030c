// MUTANT 10.5  Who is not there is told nothing, and the sender neither.
// SAYS   must be refused
// EXERCISE 10.5  To one
Set<Client> addressee(World world, String id) throws Refused {
    Client one = world.clients.get(id);
    return one == null ? Set.of() : Set.of(one);
}
// END 10.5
