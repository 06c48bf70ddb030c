package workshop.checking;

import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.running.BrokenProgram;

/** Judges one exercise of a program that runs, or can be run. */
@FunctionalInterface
interface Judging {
    /** @throws BrokenProgram where it cannot be run any more */
    Verdict judge(ExerciseTests exercise) throws BrokenProgram;
}
