package tests;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/**
 * On a test class: the environment that the program under test is started with, so that a limit
 * of ten seconds takes no ten seconds to test. Against a server that somebody else started it has
 * no effect; read the value that holds with {@link Target#limit}.
 */
@java.lang.annotation.Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Environment {
    /** Each as {@code "IDLE_MS=1500"}. */
    String[] value();
}
