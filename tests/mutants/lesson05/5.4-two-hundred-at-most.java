// MUTANT 5.4  Virtual threads, but no more of them than there were threads before.
// SAYS   requests wait
// EXERCISE 5.4  Waiting is cheap
void chooseThreads(JavalinConfig config) {
    config.jetty.threadPool = new org.eclipse.jetty.util.thread.VirtualThreadPool(200);
}
// END 5.4
