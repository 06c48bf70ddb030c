package workshop.testing.lessons;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import tests.clients.Frame;

/** What a client might send behind its handshake: frames, frames with a fault, and mere bytes. */
final class RandomFrames {
    private static final int MOST = 12; // messages and control frames
    private static final int[] CODES = {1000, 1001, 1003, 1007, 1011, 3000, 4321, 4999, 999, 1005,
        1006, 1015, 2999, 5000};
    private static final int[] LETTERS = {0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x10000,
        0x10FFFF, 'ä', '€', 0x1F642};

    private final Random random;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    private RandomFrames(long seed) {
        random = new Random(seed);
    }

    /** The same seed gives the same stream. */
    static byte[] stream(long seed) {
        return new RandomFrames(seed).stream();
    }

    private byte[] stream() {
        int kind = random.nextInt(6);
        if (kind == 0) return noise(random.nextInt(300));
        int faultless = kind == 1 ? 8 : Integer.MAX_VALUE; // one frame in so many has a fault
        for (int n = random.nextInt(MOST); n > 0; n--) message(faultless);
        if (random.nextBoolean()) control(Frame.CLOSE, faultless);
        byte[] stream = bytes.toByteArray();
        return switch (kind) {
            case 2 -> Arrays.copyOf(stream, random.nextInt(stream.length + 1));
            case 3 -> changed(stream);
            case 4 -> without(stream);
            default -> stream;
        };
    }

    private byte[] noise(int length) {
        byte[] noise = new byte[length];
        random.nextBytes(noise);
        return noise;
    }

    private byte[] changed(byte[] stream) {
        for (int n = random.nextInt(4); n > 0 && stream.length > 0; n--) {
            int place = random.nextInt(Math.min(stream.length, 400)); // most lie in a header there
            stream[place] = (byte) (random.nextBoolean() ? random.nextInt(256)
                    : stream[place] ^ 1 << random.nextInt(8));
        }
        return stream;
    }

    private byte[] without(byte[] stream) {
        int from = random.nextInt(stream.length + 1);
        int to = Math.min(stream.length, from + random.nextInt(8));
        byte[] rest = Arrays.copyOf(stream, stream.length - (to - from));
        System.arraycopy(stream, to, rest, from, stream.length - to);
        return rest;
    }

    private void message(int faultless) {
        if (random.nextInt(4) == 0) {
            control(random.nextBoolean() ? Frame.PING : Frame.PONG, faultless);
            return;
        }
        boolean isText = random.nextBoolean();
        byte[] payload = isText ? text() : noise(length());
        if (isText && faultless < Integer.MAX_VALUE && random.nextInt(faultless) == 0) {
            payload = changed(payload);
        }
        int frames = random.nextInt(3) == 0 ? 1 + random.nextInt(10) : 1;
        for (int i = 0, from = 0; i < frames; i++) {
            boolean last = i == frames - 1;
            int to = last ? payload.length : from + random.nextInt(payload.length - from + 1);
            byte[] part = Arrays.copyOfRange(payload, from, to);
            from = to;
            int opcode = i > 0 ? Frame.CONTINUATION : isText ? Frame.TEXT : Frame.BINARY;
            frame(new Frame(last, 0, opcode, part), faultless);
            if (!last && random.nextInt(4) == 0) control(Frame.PING, faultless);
        }
    }

    private void control(int opcode, int faultless) {
        byte[] payload = noise(random.nextInt(126));
        if (opcode == Frame.CLOSE) {
            String reason = random.nextBoolean() ? "" : "adé";
            payload = random.nextInt(5) == 0 ? noise(random.nextInt(5))
                    : Frame.close(CODES[random.nextInt(CODES.length)], reason).payload();
        }
        frame(Frame.of(opcode, payload), faultless);
    }

    private void frame(Frame right, int faultless) {
        boolean isFaulty = faultless < Integer.MAX_VALUE && random.nextInt(faultless) == 0;
        Frame frame = !isFaulty ? right : switch (random.nextInt(4)) {
            case 0 -> right.reserved(random.nextInt(8));
            case 1 -> new Frame(right.fin(), 0, random.nextInt(16), right.payload());
            case 2 -> new Frame(!right.fin(), 0, right.opcode(), right.payload());
            default -> right;
        };
        byte[] mask = noise(4);
        int form = Frame.shortestForm(frame.payload().length);
        if (isFaulty && random.nextInt(4) == 0) mask = null;
        if (isFaulty && random.nextInt(8) == 0) {
            bytes.writeBytes(frame.head(random.nextLong(), mask, 64));
        } else {
            // A longer form than needed is no fault to this server.
            bytes.writeBytes(frame.onTheWire(mask, random.nextInt(10) == 0 ? 64 : form));
        }
    }

    private byte[] text() {
        var text = new StringBuilder();
        for (int n = length(); n > 0; n--) {
            text.appendCodePoint(random.nextInt(5) > 0 ? 'a' + random.nextInt(26)
                    : LETTERS[random.nextInt(LETTERS.length)]);
        }
        return text.toString().getBytes(UTF_8);
    }

    /** Mostly short; at times around the bounds of a form. */
    private int length() {
        return switch (random.nextInt(40)) {
            case 0 -> 65_530 + random.nextInt(12);
            case 1, 2, 3, 4 -> 120 + random.nextInt(12);
            case 5 -> random.nextInt(5_000);
            default -> random.nextInt(40);
        };
    }
}
