// MUTANT 1.2  Hangs up on whoever comes while a hundred others are there.
// SAYS   were answered and the next was not
// EXERCISE 1.2  Many at once
void welcome(Client client) {
    Thread.startVirtualThread(() -> {
        if (clients.size() < 100) {
            serve(client);
        } else {
            try {
                client.socket.close();
            } catch (IOException gone) {
                IO.println(client + ": " + gone.getMessage());
            }
        }
    });
}
// END 1.2
