package tests;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Nested;

/**
 * Marks a nested class as the tests of one exercise. The exercise's title and hints stand here and
 * nowhere else: the tool, the pages and the comments in the lesson take them from here.
 */
@Nested
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Exercise {
    /** Lesson and number within it, {@code "5.2"}. */
    String id();

    /** A few words, as they follow the id in the region's first line. */
    String title();

    /** From a nudge, over the API's name, to nearly the answer. */
    String[] hints();

    /** The same for its star, where that has hints of its own. */
    String[] starHints() default {};

    /** Exercises without which this one cannot be solved, {@code "2.1"}: they come first. */
    String[] needs() default {};

    /**
     * Words that the first failure on the starter must contain: the intended reason. Without it a
     * test could fail on the starter for a reason that no learner can mend.
     */
    String starter();
}
