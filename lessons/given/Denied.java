package given;

import module java.base;

/** A request that Engine.IO refuses: a number and words of its own, which stand in the answer. */
public final class Denied extends RuntimeException {
    private final int code;

    public Denied(int code, String message) {
        super(message);
        this.code = code;
    }

    /** {@code {"code": 3, "message": "Bad request"}}, behind the status 400. */
    Map<String, Object> body() {
        return Map.of("code", code, "message", getMessage());
    }
}
