// MUTANT 1.2  Has a pool of a hundred threads: the next client waits until one of them is free.
// SAYS   of 200 clients who talk at once, 98 were answered and the next was not
// EXERCISE 1.2  Many at once
final ExecutorService pool = Executors.newFixedThreadPool(100);

void welcome(Client client) {
    pool.submit(() -> serve(client));
}
// END 1.2
