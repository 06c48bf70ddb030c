package workshop.testing;

import org.opentest4j.TestAbortedException;
import workshop.walls.Bubblewrap;

/** Asked once, by the first test that needs it: where the kernel does not answer it takes 10 s. */
final class WallsHere {
    /** Why foreign code cannot be run behind walls here; empty where it can. */
    static final String MISSING = Bubblewrap.missing();

    private WallsHere() {}

    /** Leaves a test out where there are none. */
    static void need() {
        if (MISSING.isEmpty()) return;
        if (Needed.find("bwrap").isEmpty()) throw Needed.missing("bwrap");
        throw new TestAbortedException("the walls do not stand here: " + MISSING);
    }
}
