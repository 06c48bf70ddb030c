// MUTANT 5.4  Takes as many threads as it may have, and one request for each.
// SAYS   requests wait
// EXERCISE 5.4  Waiting is cheap
void chooseThreads(JavalinConfig config) {
    config.jetty.threadPool = new org.eclipse.jetty.util.thread.QueuedThreadPool(290);
}
// END 5.4
