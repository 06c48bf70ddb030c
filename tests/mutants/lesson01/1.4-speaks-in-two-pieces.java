// MUTANT 1.4  Sends the name, and then the text: another writer comes between them.
// SAYS   lines were mixed
// EXERCISE 1.4  Everyone hears
boolean obey(Client client, String line) {
    if (line.startsWith("/name ")) {
        String name = line.substring("/name ".length());
        if (!name.isBlank()) client.name = name;
        return true;
    }
    if (line.startsWith("/all ")) {
        String said = line.substring("/all ".length()) + "\n";
        for (Client other : clients) {
            if (other != client) tell(other, client.name + ": ", said);
        }
        return true;
    }
    return false;
}

void tell(Client other, String name, String said) {
    try {
        other.send(name);
        other.send(said);
    } catch (IOException gone) {
        IO.println(other + " did not hear it: " + gone.getMessage());
    }
}
// END 1.4
