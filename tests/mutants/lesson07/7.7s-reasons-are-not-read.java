// MUTANT 7.7★  Never looks at the reason of a close.
// SAYS   must be answered by a close with code 1007, but got a close with code 1000
// EXERCISE 7.7  Text is UTF-8
class Utf8 implements Text {
    private int left;                          // bytes of the letter that are still to come,
    private int low, high;                     // and the range of the next of them

    /** The next bytes of a text: from `from` to `to`, the latter not included. */
    public void take(byte[] text, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!takes(text[i] & 0xFF)) throw new Failure(NOT_UTF8, "a text is UTF-8");
        }
    }

    /** The text ends here. */
    public void end() {
        if (left > 0) throw new Failure(NOT_UTF8, "a text ends with a whole letter");
    }

    /** False: no text goes on with this byte, whatever may follow. */
    private boolean takes(int b) {
        if (left == 0) {
            if (b < 0x80) return true;
            left = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
            low = b == 0xE0 ? 0xA0 : b == 0xF0 ? 0x90 : 0x80;  // below: fewer bytes would do
            high = b == 0xED ? 0x9F : b == 0xF4 ? 0x8F : 0xBF; // surrogates; beyond U+10FFFF
            return b >= 0xC2 && b <= 0xF4;
        }
        boolean fits = b >= low && b <= high;
        left--;
        low = 0x80;
        high = 0xBF;
        return fits;
    }
}

/** The two bytes of the code come first (§5.5.1). */
void checkReason(byte[] close) {
}
// END 7.7
