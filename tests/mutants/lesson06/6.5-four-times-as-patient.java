// MUTANT 6.5  Gives a write four times as long as it may take.
// SAYS   too late, with SLOW_MS
// EXERCISE 6.5  One slow reader
void write(Listener one, String text) throws IOException {
    one.connection.setIdleTimeout(4 * SLOW_MS);
    one.out.write(text.getBytes(StandardCharsets.UTF_8));
    one.out.flush();
    one.connection.setIdleTimeout(0);
}
// END 6.5
