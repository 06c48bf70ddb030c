// MUTANT 9.2  Takes Ada for ada.
// SAYS   must be granted
// EXERCISE 9.2  Who is here
void hello(Client client, String name) throws Refused {
    if (client.name != null) throw new Refused("You have said hello, as " + client.name + ".");
    for (Client each : roster) {
        if (each.name.equalsIgnoreCase(name)) {
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
