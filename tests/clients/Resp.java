package tests.clients;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Redis' protocol, RESP2, as a server speaks it: a command is an array of texts, {@code *1 $4
 * PING}, or a line of words that somebody types. A text is any bytes; here each of its letters
 * is a byte.
 */
public final class Resp {
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int MOST_WORDS = 1024 * 1024;
    private static final int LONGEST_TEXT = 64 * 1024 * 1024; // Redis allows 512 MB

    /** An answer that is no text, {@code +OK}. */
    record Simple(String word) {}

    /** An answer that there is no list; a text that is not there is {@code Optional.empty()}. */
    enum Nothing { LIST }

    /** What is asked for cannot be done; the first word is the kind, {@code ERR}. */
    static final class Error extends Exception {
        Error(String words) {
            super(words, null, false, false);
        }
    }

    private final InputStream in;

    Resp(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    /**
     * The next command, which may have no words; null: the client has gone.
     *
     * @throws Error what can no longer be read on
     */
    List<String> command() throws IOException, Error {
        String first = line();
        if (first == null) return null;
        if (!first.startsWith("*")) {
            return first.isBlank() ? List.of() : Arrays.asList(first.strip().split("\\s+"));
        }
        int words = number(first.substring(1), MOST_WORDS, "multibulk");
        var command = new ArrayList<String>();
        for (int i = 0; i < words; i++) {
            String size = line();
            if (size == null) throw new EOFException();
            if (!size.startsWith("$")) {
                throw new Error("ERR Protocol error: expected '$', got '"
                        + (size.isEmpty() ? ' ' : size.charAt(0)) + "'");
            }
            command.add(text(number(size.substring(1), LONGEST_TEXT, "bulk")));
        }
        return command;
    }

    private String text(int size) throws IOException {
        byte[] bytes = in.readNBytes(size + 2); // CR and LF end it
        if (bytes.length < size + 2) throw new EOFException();
        return new String(bytes, 0, size, ISO_8859_1);
    }

    private static int number(String text, int most, String what) throws Error {
        if (text.matches("-?[0-9]{1,9}") && Integer.parseInt(text) <= most
                && (Integer.parseInt(text) >= 0 || what.equals("multibulk"))) {
            return Integer.parseInt(text);
        }
        throw new Error("ERR Protocol error: invalid " + what + " length");
    }

    private String line() throws IOException, Error {
        var line = new ByteArrayOutputStream();
        for (int read = in.read(); read != '\n'; read = in.read()) {
            if (read < 0) return null;
            line.write(read);
            if (line.size() > LONGEST_LINE) {
                throw new Error("ERR Protocol error: too big inline request");
            }
        }
        String text = line.toString(ISO_8859_1);
        return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
    }

    /**
     * Asks a Redis, on a connection of its own.
     *
     * @return the first line of its answer, {@code +OK}; null where it hung up
     */
    public static String ask(InetSocketAddress redis, String... words) throws IOException {
        try (var socket = new Socket(redis.getAddress(), redis.getPort())) {
            socket.getOutputStream().write(answer(List.of(words))); // a command is a list of texts
            return new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1))
                    .readLine();
        }
    }

    /** An answer as it travels: a text, a number, a list of answers, an error, or nothing. */
    static byte[] answer(Object value) {
        var written = new StringBuilder();
        write(value, written);
        return written.toString().getBytes(ISO_8859_1);
    }

    private static void write(Object value, StringBuilder out) {
        switch (value) {
            case Simple simple -> out.append('+').append(simple.word).append("\r\n");
            case Error error -> out.append('-').append(error.getMessage()).append("\r\n");
            case Number number -> out.append(':').append(number).append("\r\n");
            case String text -> out.append('$').append(text.length()).append("\r\n").append(text)
                    .append("\r\n");
            case Optional<?> there -> {
                if (there.isPresent()) write(there.get(), out);
                else out.append("$-1\r\n");
            }
            case Nothing _ -> out.append("*-1\r\n");
            case List<?> list -> {
                out.append('*').append(list.size()).append("\r\n");
                for (Object each : list) write(each, out);
            }
            default -> throw new IllegalArgumentException("no answer of Redis: " + value);
        }
    }
}
