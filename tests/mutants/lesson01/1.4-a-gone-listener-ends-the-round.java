// MUTANT 1.4  Stops telling at the first listener who is gone.
// SAYS   other clients were reset while this one listened: expected
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
            if (other != client && !tell(other, said)) break;
        }
        return true;
    }
    return false;
}

boolean tell(Client other, String said) {
    try {
        other.send(said);
        return true;
    } catch (IOException gone) {
        IO.println(other + " did not hear it: " + gone.getMessage());
        return false;
    }
}
// END 1.4
