// MUTANT 1.4  Takes an empty name for a name.
// SAYS   /name with nothing behind it changes nothing: expected
// EXERCISE 1.4  Everyone hears
boolean obey(Client client, String line) {
    if (line.startsWith("/name ")) {
        String name = line.substring("/name ".length());
        client.name = name;
        return true;
    }
    if (line.startsWith("/all ")) {
        String said = client.name + ": " + line.substring("/all ".length()) + "\n";
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
