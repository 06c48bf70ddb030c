// MUTANT 2.5★  Thinks of the body that is too long, and of no other.
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
    if (answer.status() != 413) return true;
    // The rest of a refused request must never pass for the next one. There is none for
    // certain when the head was understood and announces no body.
    return (answer.status() == 404 || answer.status() == 405)
        && request.all("Content-Length").isEmpty() && request.all("Transfer-Encoding").isEmpty();
}
// END 2.5
