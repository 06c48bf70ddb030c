// MUTANT 1.3★  Closes while the client's bytes still come in: the reset destroys the answer.
// SAYS   the client was still sending when it was refused, and did not get all of its answers
// EXERCISE 1.3  A bad client harms only itself
int nextByte(Client client) throws IOException {
    int next = client.in.read();
    if (next == '\n') client.lineLength = 0;
    else if (next != -1) client.lineLength++;
    if (client.lineLength > MAX_LINE + (next == '\r' ? 1 : 0)) refuse(client);
    return next;
}

void refuse(Client client) throws IOException {
    client.send("error: line too long\n");
    client.socket.close();
    throw new ProtocolException("line too long");
}
// END 1.3
