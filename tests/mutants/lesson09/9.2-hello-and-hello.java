// MUTANT 9.2  Lets a client change its name.
// SAYS   a second hello
// EXERCISE 9.2  Who is here
void hello(Client client, String name) throws Refused {
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
    if (roster.remove(client)) toAll("left", new Name(client.name));
}
// END 9.2
