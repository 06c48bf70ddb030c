// MUTANT 1.4  Sends to the one who speaks as well.
// SAYS   expected “echo: 
// EXERCISE 1.4  Everyone hears
boolean obey(Client client, String line) {
    if (line.startsWith("/name ")) {
        String name = line.substring("/name ".length());
        if (!name.isBlank()) client.name = name;
        return true;
    }
    if (line.startsWith("/all ")) {
        String said = client.name + ": " + line.substring("/all ".length()) + "\n";
        for (Client other : clients) {
            tell(other, said);
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
