// MUTANT 1.4  Lets a listener that is gone end the connection of the one who speaks.
// SAYS   other clients were reset while this one
// EXERCISE 1.4  Everyone hears
boolean obey(Client client, String line) throws IOException {
    if (line.startsWith("/name ")) {
        String name = line.substring("/name ".length());
        if (!name.isBlank()) client.name = name;
        return true;
    }
    if (line.startsWith("/all ")) {
        String said = client.name + ": " + line.substring("/all ".length()) + "\n";
        for (Client other : clients) {
            if (other != client) other.send(said);
        }
        return true;
    }
    return false;
}
// END 1.4
