package tests.clients;

/** A Redis that several servers of lesson 14 share, and what a test does to it. */
public interface SharedRedis extends AutoCloseable {
    /** {@code redis://127.0.0.1:41234}, as {@code REDIS_URL} has it. */
    String url();

    /** Resets all connections. */
    void cut();

    /** Nobody reaches it, and all connections are reset; what it holds it keeps. */
    void away();

    /** On its old port again. */
    void back();

    /** While it is full, what would write is refused: {@code OOM command not allowed when …}. */
    void full(boolean isFull);

    @Override
    void close();
}
