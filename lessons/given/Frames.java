package given;

import module java.base;

/**
 * The words of RFC 6455 as records, for a lesson that reads and writes frames by hand. Which bytes
 * become which record is the lesson's own; no exercise is answered here.
 */
public final class Frames {
    public static final int NONE = -1, CONTINUATION = 0, TEXT = 1, BINARY = 2; // section 5.2
    public static final int CLOSE = 8, PING = 9, PONG = 10;
    public static final int PROTOCOL_ERROR = 1002, NOT_UTF8 = 1007;            // section 7.4.1
    public static final int TOO_BIG = 1009, MISTAKE = 1011;

    private Frames() {}

    /** What a frame says before its payload (section 5.2); mask has four bytes. */
    public record Header(boolean fin, int reserved, int opcode, long length, byte[] mask) {
        public boolean isControl() {
            return opcode >= CLOSE;
        }
    }

    /** Thrown when a client breaks a rule: it gets a close with this code, and no more. */
    public static class Failure extends RuntimeException {
        public final int code;

        public Failure(int code, String sentence) {
            super(sentence);
            this.code = code;
        }
    }

    /** Who reads along while a text comes, and throws a Failure as soon as it is none. */
    public interface Text {
        /** The next bytes of a text: from {@code from} to {@code to}, the latter not included. */
        void take(byte[] text, int from, int to);

        /** The text ends here. */
        void end();
    }

    /** One connection. It belongs to one thread, which reads and writes. */
    public static final class Client {
        public final Socket socket;
        public final DataInputStream in;
        public final DataOutputStream out;
        /** The payload so far of the message that is being read, over all its frames, and */
        public final ByteArrayOutputStream message = new ByteArrayOutputStream();
        /** its kind: TEXT or BINARY, NONE between two messages. */
        public int opcode = NONE;
        /** Of the text that is being read. */
        public final Text text;
        /** Until a close frame was sent. */
        public boolean open = true;

        public Client(Socket socket, Text text) throws IOException {
            this.socket = socket;
            this.text = text;
            out = new DataOutputStream(new BufferedOutputStream(socket.getOutputStream(), 32_768));
            // When all that came is read, and only then, what we have to say goes out: of many
            // small messages that came in one packet, the answers leave in one packet as well.
            var flushing = new FilterInputStream(socket.getInputStream()) {
                @Override public int read(byte[] bytes, int from, int length) throws IOException {
                    out.flush();
                    return super.read(bytes, from, length);
                }
            };
            in = new DataInputStream(new BufferedInputStream(flushing, 32_768));
        }
    }
}
