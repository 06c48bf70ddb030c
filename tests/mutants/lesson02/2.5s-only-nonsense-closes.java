// MUTANT 2.5★  Closes behind nonsense and behind a body that is too long, not behind others.
// SAYS   the body of a refused request was answered as if it were the next request
// EXERCISE 2.5  Keep the line open
void converse(Client client) throws IOException {
    client.socket().setSoTimeout(IDLE_MS);                  // each read waits for so long
    boolean open = true;
    while (open) open = exchange(client);
}

boolean staysOpen(Request request, Answer answer) {
    if (request.version().equals("HTTP/1.0")) return false;
    if (request.has("Connection", "close")) return false;  // §9.6
    return answer.status() != 400 && answer.status() != 413;
}
// END 2.5
