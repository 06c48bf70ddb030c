// MUTANT 1.1  Strips the line of its blanks along with the \r.
// SAYS   expected “echo:   
// EXERCISE 1.1  A line is a message
void talk(Client client) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int next; (next = nextByte(client)) != -1; ) {
        if (next != '\n') {
            line.write(next);
            continue;
        }
        String text = line.toString(UTF_8);
        answer(client, text.strip());
        line.reset();
    }
    if (line.size() > 0) answer(client, line.toString(UTF_8));
}
// END 1.1
