package workshop.testing;

import workshop.walls.Bubblewrap;

/** Asked once, by the first test that needs it: where the kernel does not answer it takes 10 s. */
final class WallsHere {
    /** Why foreign code cannot be run behind walls here; empty where it can. */
    static final String MISSING = Bubblewrap.missing();

    private WallsHere() {}
}
