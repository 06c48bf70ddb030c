// MUTANT 7.5  Knows the codes of the RFC and none of those that came later.
// SAYS   expected a close with code 1012, but got a close with code 1002
// EXERCISE 7.5  Say goodbye
void close(Client client, byte[] payload) throws IOException {
    if (payload.length == 0) {
        sendClose(client, payload);                         // no code to answer with (§7.1.5)
        return;
    }
    if (payload.length == 1) throw new Failure(PROTOCOL_ERROR, "a code has two bytes"); // §5.5.1
    int code = ByteBuffer.wrap(payload).getShort() & 0xFFFF;
    boolean known = code >= 1000 && code <= 1011 && code != 1004 && code != 1005 && code != 1006;
    if (!known && (code < 3000 || code > 4999))             // those are for libraries and for us
        throw new Failure(PROTOCOL_ERROR, "no close may have the code " + code); // §7.4.2
    goodbye(client, code, "");
}
// END 7.5
