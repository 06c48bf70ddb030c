// MUTANT 1.1  Drops each \r, not only the one right before \n.
// SAYS   1.1 a line may end with \r\n; a \r anywhere else belongs to the line
// EXERCISE 1.1  A line is a message
void talk(Client client) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next; (next = nextByte(client)) != -1; ) {
        if (next == '\r') continue;
        if (next != '\n') {
            line.write(next);
            continue;
        }
        answer(client, line.toString(UTF_8));
        line.reset();
    }
    if (line.size() > 0) answer(client, line.toString(UTF_8));
}
// END 1.1
