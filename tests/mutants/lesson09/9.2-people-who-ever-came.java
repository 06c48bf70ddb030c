// MUTANT 9.2  Tells a comer of all who ever came.
// SAYS   people has the names of all who said hello
// EXERCISE 9.2  Who is here
final List<String> came = new ArrayList<>();

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
    came.add(client.name);
    tell(client, "people", new People(List.copyOf(came)));
}

void leave(Client client) {
    if (roster.remove(client)) toAll("left", new Name(client.name));
}
// END 9.2
