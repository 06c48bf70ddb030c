// MUTANT 1.2  Two hundred threads are enough for two hundred clients.
// SAYS   of 200 clients who talk at once, 198 were answered and the next was not
// EXERCISE 1.2  Many at once
final java.util.concurrent.ExecutorService pool = Executors.newFixedThreadPool(200);

void welcome(Client client) {
    pool.submit(() -> serve(client));
}
// END 1.2
