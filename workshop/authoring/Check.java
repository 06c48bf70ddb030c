package workshop.authoring;

/**
 * One thing that must hold in the course. To add one, write a class whose name says what holds, and
 * name it in {@link AuthorCheck#checks}; {@link TextsAreTidy} is a plain example.
 */
@FunctionalInterface
public interface Check {
    /** Adds a finding for each place where it does not hold. */
    void look(Tree tree, Findings findings);
}
