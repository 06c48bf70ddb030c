// MUTANT 1.1  Drops a \r at the end of the stream as well.
// SAYS   at the stream's end too: expected
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
    if (line.size() > 0) answer(client, line.toString(UTF_8).replaceFirst("\\r$", ""));
}
// END 1.1
