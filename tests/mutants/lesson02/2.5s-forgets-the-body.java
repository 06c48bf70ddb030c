// MUTANT 2.5★  Goes on after a refusal with the body still unread.
// SAYS   was answered as if it were the next request
// EXERCISE 2.5  Keep the line open
void converse(Client client) throws IOException {
    client.socket().setSoTimeout(IDLE_MS);                  // each read waits for so long
    boolean open = true;
    while (open) open = exchange(client);
}

boolean staysOpen(Request request, Answer answer) {
    if (request.version().equals("HTTP/1.0")) return false;
    if (request.has("Connection", "close")) return false;  // §9.6
    if (answer.status() < 400) return true;                 // its body has been read
    // The rest of a refused request must never pass for the next one. There is none for
    // certain when the head was understood and announces no body.
    return answer.status() == 404 || answer.status() == 405;
}
// END 2.5
