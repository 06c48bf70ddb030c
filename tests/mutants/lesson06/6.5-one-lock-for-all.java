// MUTANT 6.5  Writes to one listener at a time.
// SAYS   and the other listener, which reads, heard nothing
// EXERCISE 6.5  One slow reader
void write(Listener one, String text) throws IOException {
    one.connection.setIdleTimeout(20 * SLOW_MS);
    synchronized (listeners) {
        one.out.write(text.getBytes(StandardCharsets.UTF_8));
        one.out.flush();
    }
}
// END 6.5
