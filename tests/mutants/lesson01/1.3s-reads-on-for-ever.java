// MUTANT 1.3★  Reads on until the client ends, which a bad client never does.
// SAYS   5 s later it can still send: its connection is not closed
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
    client.socket.shutdownOutput();
    client.in.transferTo(OutputStream.nullOutputStream());
    throw new ProtocolException("line too long");
}
// END 1.3
