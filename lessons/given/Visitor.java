package given;

/**
 * Somebody whose name the server vouches for, and until when.
 *
 * @param expires seconds since 1970, UTC
 */
public record Visitor(String name, long expires) {}
