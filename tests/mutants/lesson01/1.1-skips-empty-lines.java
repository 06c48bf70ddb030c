// MUTANT 1.1  Gives no answer to an empty line.
// SAYS   1.1 blanks are kept, and an empty line is a line
// EXERCISE 1.1  A line is a message
void talk(Client client) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next; (next = nextByte(client)) != -1; ) {
        if (next != '\n') {
            line.write(next);
            continue;
        }
        String text = line.toString(UTF_8);
        if (!text.isBlank()) {
            answer(client, text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
        }
        line.reset();
    }
    if (line.size() > 0) answer(client, line.toString(UTF_8));
}
// END 1.1
