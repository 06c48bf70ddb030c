// MUTANT 1.1  Makes a letter of every byte, so that a letter of two bytes becomes two.
// SAYS   1.1 a letter that is cut in half is whole again
// EXERCISE 1.1  A line is a message
void talk(Client client) throws IOException {
    var line = new StringBuilder();
    for (int next; (next = nextByte(client)) != -1; ) {
        if (next != '\n') {
            line.append((char) next);
            continue;
        }
        String text = line.toString();
        answer(client, text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
        line.setLength(0);
    }
    if (!line.isEmpty()) answer(client, line.toString());
}
// END 1.1
