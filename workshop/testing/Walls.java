package workshop.testing;

import workshop.running.Sandbox;

/** Asked once, by the first test that needs it: where the kernel does not answer it takes 10 s. */
final class Walls {
    /** Why foreign code cannot be run behind walls here; empty where it can. */
    static final String MISSING = Sandbox.missing();

    private Walls() {}
}
