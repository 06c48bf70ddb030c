package workshop.course;

/** The tree is not as it must be; the message says where, why, and what to do. */
public final class CourseException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public CourseException(String message) {
        super(message);
    }
}
