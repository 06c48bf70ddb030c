// MUTANT 9.2  Whoever goes takes the name along that it asked for.
// SAYS   who is still here
// EXERCISE 9.2  Who is here
final Map<Client, String> asked = new HashMap<>();

void hello(Client client, String name) throws Refused {
    if (client.name != null) throw new Refused("You have said hello, as " + client.name + ".");
    asked.put(client, name);
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
    for (Client each : roster.all()) {
        if (each.name.equals(asked.get(client)) && roster.remove(each)) {
            toAll("left", new Name(each.name));
        }
    }
}
// END 9.2
