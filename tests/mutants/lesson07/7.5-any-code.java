// MUTANT 7.5  Takes every code.
// SAYS   a close came with a code that may not stand there
// EXERCISE 7.5  Say goodbye
void close(Client client, byte[] payload) throws IOException {
    if (payload.length == 0) {
        sendClose(client, payload);                         // no code to answer with (§7.1.5)
        return;
    }
    if (payload.length == 1) throw new Failure(PROTOCOL_ERROR, "a code has two bytes"); // §5.5.1
    int code = ByteBuffer.wrap(payload).getShort() & 0xFFFF;
    boolean known = code >= 1000 && code <= 1014 && code != 1004 && code != 1005 && code != 1006;
    goodbye(client, code, "");
}
// END 7.5
