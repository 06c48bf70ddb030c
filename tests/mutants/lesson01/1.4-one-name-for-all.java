// MUTANT 1.4  Keeps one name for all clients.
// SAYS   expected “any: 
// EXERCISE 1.4  Everyone hears
String name = "any";

boolean obey(Client client, String line) {
    if (line.startsWith("/name ")) {
        name = line.substring("/name ".length());
        return true;
    }
    if (line.startsWith("/all ")) {
        String said = name + ": " + line.substring("/all ".length()) + "\n";
        for (Client other : clients) {
            if (other != client) tell(other, said);
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
