// MUTANT 1.3★  Looks at the length when the line has ended.
// SAYS   no end could make this line shorter, so it is refused now
// EXERCISE 1.3  A bad client harms only itself
int nextByte(Client client) throws IOException {
    int next = client.in.read();
    if (next == '\n' && client.lineLength > MAX_LINE) refuse(client);
    if (next == '\n') client.lineLength = 0;
    else if (next != -1) client.lineLength++;
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
    client.socket.shutdownOutput();
    client.socket.setSoTimeout(GOODBYE_MILLIS);
    byte[] ignored = new byte[8192];
    long end = System.currentTimeMillis() + GOODBYE_MILLIS;
    for (int bytes = 0, count = 0; count != -1 && bytes < GOODBYE_BYTES; bytes += count) {
        if (System.currentTimeMillis() > end) break;
        count = client.in.read(ignored);
    }
    throw new ProtocolException("line too long");
}
// END 1.3
