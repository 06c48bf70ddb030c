// MUTANT 6.5  Ends a write that stands still, but holds a lock for all until then.
// SAYS   holds what others need
// EXERCISE 6.5  One slow reader
void write(Listener one, String text) throws IOException {
    synchronized (listeners) {
        one.connection.setIdleTimeout(SLOW_MS);
        one.out.write(text.getBytes(StandardCharsets.UTF_8));
        one.out.flush();
        one.connection.setIdleTimeout(0);
    }
}
// END 6.5
