package tests;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks a test of an exercise's star: what a standard, or a careful server, asks beyond the core.
 * The others of the same class are the core's. The star has a verdict of its own, {@code 5.2★}.
 */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Star {}
