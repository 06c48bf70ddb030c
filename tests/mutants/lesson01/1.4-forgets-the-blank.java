// MUTANT 1.4  Takes every line that starts with /all for a command.
// SAYS   1.4 without the blank, or further behind, it is an ordinary line
// EXERCISE 1.4  Everyone hears
boolean obey(Client client, String line) {
    if (line.startsWith("/name ")) {
        String name = line.substring("/name ".length());
        if (!name.isBlank()) client.name = name;
        return true;
    }
    if (line.startsWith("/all")) {
        String said = client.name + ": " + line.substring("/all".length()).strip() + "\n";
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
