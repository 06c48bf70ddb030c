package workshop.testing;

import java.nio.file.Files;
import java.nio.file.Path;

/** As the tool does: starts a lesson, says its port, and then keeps it. For tests that kill it. */
final class HoldsLesson {
    private HoldsLesson() {}

    /** @param words an empty folder, and a file with the lesson's text */
    public static void main(String[] words) throws Exception {
        var workshop = new MadeUp(Path.of(words[0]));
        var run = workshop.start(workshop.compile(Files.readString(Path.of(words[1]))));
        System.out.println("holds " + run.port() + " in process " + run.pid() + ".");
        Thread.currentThread().join();
    }
}
