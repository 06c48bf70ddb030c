// MUTANT 1.1  Answers only lines that end with \n; what the stream ended with is lost.
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
}
// END 1.1
