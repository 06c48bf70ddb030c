package given;

import module java.base;

/**
 * A message as everybody reads it, in each lesson.
 *
 * @param at when it was stored: UTC, whole seconds, {@code 2026-11-22T10:15:30Z}
 */
public record Message(long id, String from, String text, String at) {
    /** The present time as a message has it. */
    public static String now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
