// MUTANT 6.5  Drops whom a write cannot reach in a moment.
// SAYS   too early, with SLOW_MS
// EXERCISE 6.5  One slow reader
void write(Listener one, String text) throws IOException {
    one.connection.setIdleTimeout(60);
    one.out.write(text.getBytes(StandardCharsets.UTF_8));
    one.out.flush();
    one.connection.setIdleTimeout(0);
}
// END 6.5
