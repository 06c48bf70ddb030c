package workshop.wire;

/**
 * Reads one kind of thing in one direction, in whatever pieces the bytes come. Holds no more than
 * the first bytes of it. Where its part is over it sets the side's next decoder.
 */
interface Decoder {
    /** Reads some of the bytes from {@code from} to {@code to}, at least one; says up to where. */
    int read(byte[] bytes, int from, int to);

    /**
     * Passes over bytes of which only the number is known.
     *
     * @return false where what follows them could not be understood any more
     */
    default boolean skip(long count) {
        return false;
    }

    /** What came so far of something that is not whole; null where nothing did. */
    Message soFar();

    /** The stream ends here: tells what there is. */
    default void end() {
        Message rest = soFar();
        if (rest != null) side().tell(rest);
    }

    /** The direction that it reads. */
    Side side();
}
