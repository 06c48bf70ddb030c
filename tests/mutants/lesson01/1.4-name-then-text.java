// MUTANT 1.4  Sends the name, the text and the \n one after the other: others get in between.
// SAYS   lines were mixed
// EXERCISE 1.4  Everyone hears
boolean obey(Client client, String line) {
    if (line.startsWith("/name ")) {
        String name = line.substring("/name ".length());
        if (!name.isBlank()) client.name = name;
        return true;
    }
    if (line.startsWith("/all ")) {
        for (Client other : clients) {
            if (other == client) continue;
            tell(other, client.name + ": ");
            tell(other, line.substring("/all ".length()));
            tell(other, "\n");
        }
        return true;
    }
    return false;
}

void tell(Client other, String said) {
    try {
        other.send(said);
    } catch (IOException gone) {
        IO.println(other + " did not hear it: " + gone.getMessage());
    }
}
// END 1.4
