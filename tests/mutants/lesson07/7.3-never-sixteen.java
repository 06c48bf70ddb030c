// MUTANT 7.3  Writes every length over 125 in 64 bits.
// SAYS   a length of 126 is written in 16 bits, not in 64
// EXERCISE 7.3  Write frames
void write(Client client, int opcode, byte[] payload) throws IOException {
    int length = payload.length;
    client.out.write(0x80 | opcode);                        // FIN: the whole message in one frame
    if (length <= 125) {
        client.out.write(length);
    } else if (length < 0) {
        client.out.write(126);
        client.out.writeShort(length);
    } else {
        client.out.write(127);
        client.out.writeLong(length);
    }
    client.out.write(payload);
}

void echo(Client client, int opcode, byte[] message) throws IOException {
    write(client, opcode, message);                         // a text as text (§5.6)
}
// END 7.3
