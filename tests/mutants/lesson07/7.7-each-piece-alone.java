// MUTANT 7.7  Judges each piece by itself: a letter that is cut is wrong.
// SAYS   but got a close with code 1007
// EXERCISE 7.7  Text is UTF-8
class Utf8 implements Text {
    private CharsetDecoder decoder = UTF_8.newDecoder();
    private final CharBuffer chars = CharBuffer.allocate(40_000);
    private byte[] rest = new byte[0];

    public void take(byte[] text, int from, int to) {
        judge(text, from, to, true);
        decoder = UTF_8.newDecoder();
    }

    private void judge(byte[] text, int from, int to, boolean last) {
        var bytes = ByteBuffer.allocate(rest.length + to - from);
        bytes.put(rest).put(text, from, to - from).flip();
        while (true) {
            CoderResult result = decoder.decode(bytes, chars.clear(), last);
            if (result.isError()) throw new Failure(NOT_UTF8, "a text is UTF-8");
            if (result.isUnderflow()) break;
        }
        rest = new byte[bytes.remaining()];
        bytes.get(rest);
    }

    public void end() {
        judge(new byte[0], 0, 0, true);
        decoder = UTF_8.newDecoder();
        rest = new byte[0];
    }
}

void checkReason(byte[] close) {
    if (close.length < 3) return;
    var reason = new Utf8();
    reason.take(close, 2, close.length);
    reason.end();
}
// END 7.7
