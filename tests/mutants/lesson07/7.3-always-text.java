// MUTANT 7.3  Sends a binary message back as text.
// SAYS   a text came, not in UTF-8
// EXERCISE 7.3  Write frames
void write(Client client, int opcode, byte[] payload) throws IOException {
    int length = payload.length;
    client.out.write(0x80 | opcode);                        // FIN: the whole message in one frame
    if (length <= 125) {
        client.out.write(length);
    } else if (length <= 0xFFFF) {
        client.out.write(126);
        client.out.writeShort(length);
    } else {
        client.out.write(127);
        client.out.writeLong(length);
    }
    client.out.write(payload);
}

void echo(Client client, int opcode, byte[] message) throws IOException {
    write(client, TEXT, message);
}
// END 7.3
