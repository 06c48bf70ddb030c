package workshop.presenting;

/** The parts of the course, each with its own colour in the deck (see {@code deck.css}). */
public enum Part {
    OPENING("Opening", 0), BYTES("Bytes", 2), ASKING("Asking", 5), TOLD("Being told", 8),
    TOGETHER("Together", 10), REAL("For real", 99);

    private final String title;
    private final int lastLesson;

    Part(String title, int lastLesson) {
        this.title = title;
        this.lastLesson = lastLesson;
    }

    /** The part's name as people read it. */
    public String title() {
        return title;
    }

    /** The part that a lesson belongs to; 0 is the opening. */
    public static Part of(int lesson) {
        for (var part : values()) {
            if (lesson <= part.lastLesson) return part;
        }
        return REAL;
    }
}
