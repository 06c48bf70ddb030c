// MUTANT 9.2  Tells of those who never said hello, too.
// SAYS   without a name
// EXERCISE 9.2  Who is here
void hello(Client client, String name) throws Refused {
    if (client.name != null) throw new Refused("You have said hello, as " + client.name + ".");
    for (Client each : roster) {
        if (each.name.equals(name)) {
            throw new Refused("The name " + name + " is taken: choose another one.");
        }
    }
    client.name = name;
    toAll("joined", new Name(client.name));
    roster.add(client);
    tell(client, "people", new People(roster.all().stream().map(each -> each.name).toList()));
}

void leave(Client client) {
    if (roster.remove(client) || client.name == null) toAll("left", new Name(client.name));
}
// END 9.2
