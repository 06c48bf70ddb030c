// MUTANT 7.7  Never looks at the reason of a close.
// SAYS   expected a close with code 1007, but got a close with code 1000
// EXERCISE 7.7  Text is UTF-8
class Utf8 {
    private int left;                          // bytes of the letter that are still to come,
    private int low = 0x80, high = 0xBF;       // and the range of the next of them

    /** One byte more. False: no text begins like this, whatever may follow. */
    boolean takes(int b) {
        if (left > 0) {
            if (b < low || b > high) return false;
            left--;
            low = 0x80;
            high = 0xBF;
            return true;
        }
        if (b < 0x80) return true;
        if (b < 0xC2 || b > 0xF4) return false;
        left = b < 0xE0 ? 1 : b < 0xF0 ? 2 : 3;
        if (b == 0xE0) low = 0xA0;             // below: a letter that two bytes can write
        if (b == 0xED) high = 0x9F;            // above: surrogates
        if (b == 0xF0) low = 0x90;             // below: three bytes would do
        if (b == 0xF4) high = 0x8F;            // above: beyond U+10FFFF
        return true;
    }

    boolean isWhole() {
        return left == 0;
    }
}

void checkText(Utf8 utf8, byte[] payload, int from, int to) {
    for (int i = from; i < to; i++) {
        if (!utf8.takes(payload[i] & 0xFF)) throw new Failure(NOT_UTF8, "a text is UTF-8");
    }
}

void checkTextIsWhole(Utf8 utf8) {
    if (!utf8.isWhole()) throw new Failure(NOT_UTF8, "a text ends with a whole letter");
}

/** The two bytes of the code come first (§5.5.1). */
void checkReason(byte[] close) {
    var reason = new Utf8();
    for (int i = 2; i < 0; i++) {
        if (!reason.takes(close[i] & 0xFF)) throw new Failure(NOT_UTF8, "a reason is UTF-8");
    }
    if (!reason.isWhole()) throw new Failure(NOT_UTF8, "a reason ends with a whole letter");
}
// END 7.7
