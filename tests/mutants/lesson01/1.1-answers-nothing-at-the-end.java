// MUTANT 1.1  Answers at the end of the stream even if nothing followed the last \n.
// SAYS   expected the server to close the connection, but got “echo: \n”
// EXERCISE 1.1  A line is a message
void talk(Client client) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next; (next = nextByte(client)) != -1; ) {
        if (next != '\n') {
            line.write(next);
            continue;
        }
        String text = line.toString(UTF_8);
        answer(client, text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
        line.reset();
    }
    answer(client, line.toString(UTF_8));
}
// END 1.1
