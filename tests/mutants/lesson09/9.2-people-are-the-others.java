// MUTANT 9.2  Lists those who were there before.
// SAYS   people has the names
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
    tell(client, "people", new People(roster.all().stream().map(each -> each.name).toList()));
    roster.add(client);
}

void leave(Client client) {
    if (roster.remove(client)) toAll("left", new Name(client.name));
}
// END 9.2
