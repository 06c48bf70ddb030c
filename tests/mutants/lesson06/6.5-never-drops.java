// MUTANT 6.5  Lets a write stand for as long as it likes.
// SAYS   it was not dropped
// EXERCISE 6.5  One slow reader
void write(Listener one, String text) throws IOException {
    one.out.write(text.getBytes(StandardCharsets.UTF_8));
    one.out.flush();
}
// END 6.5
