// MUTANT 1.3  Refuses the line and lets the connection open.
// SAYS   was refused, but the connection is not closed
// EXERCISE 1.3  A bad client harms only itself
int nextByte(Client client) throws IOException {
    int next = client.in.read();
    if (next == '\n') client.lineLength = 0;
    else if (next != -1) client.lineLength++;
    if (client.lineLength > MAX_LINE + (next == '\r' ? 1 : 0)) refuse(client);
    return next;
}

static final int GOODBYE_MILLIS = 1000;       // longer than an answer travels
static final int GOODBYE_BYTES = 8 << 20;     // more than the buffers on the way hold

/**
 * Answers, ends our half, and reads on for a while. A close with unread input sends a reset, and
 * a reset throws away what the client has not got yet: the answer that tells what was wrong.
 */
void refuse(Client client) throws IOException {
    client.send("error: line too long\n");
    client.lineLength = 0;
}
// END 1.3
