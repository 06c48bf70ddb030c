// MUTANT 5.4  Gives Jetty as many threads as there may be requests.
// SAYS   platform threads; expected
// EXERCISE 5.4  Waiting is cheap
void chooseThreads(JavalinConfig config) {
    config.jetty.threadPool = new org.eclipse.jetty.util.thread.QueuedThreadPool(2_000);
}
// END 5.4
