package workshop;

import java.io.IOException;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.List;
import javax.tools.ToolProvider;
import workshop.course.Course;
import workshop.notebook.Jupyter;
import workshop.running.LessonRun;

/** Looks whether this machine has what the workshop needs, and says how to mend what it lacks. */
final class Doctor {
    private static final int NEEDED_JAVA = 25;

    private final Course course;
    private PrintStream out;
    private boolean well = true;

    Doctor(Course course) {
        this.course = course;
    }

    /** Prints a line for each thing; false where a lesson could not run. */
    boolean examine(PrintStream out) {
        this.out = out;
        int java = Runtime.version().feature();
        need("Java " + java + " with a compiler, in " + System.getProperty("java.home"),
                java >= NEEDED_JAVA && ToolProvider.getSystemJavaCompiler() != null,
                "install a JDK 25 or newer, or run without JAVA_HOME so that ./jbang finds one");
        need("the workshop's folder can be written", Files.isWritable(course.root()),
                "move it to a folder of your own");
        List<Integer> taken = Course.numbersIn(course.lessons()).stream()
                .map(Course::port).filter(port -> !isFree(port)).toList();
        wish("the lessons' ports are free", taken.isEmpty(),
                "something listens on " + taken + ": end it, or name another port:"
                + " ./jbang lesson03 8080");
        wish("Jupyter is here, for the notebooks", Jupyter.find(System.getenv()).isPresent(),
                "./jbang notebooks says how to install it");
        out.println(well ? "All that a lesson needs is here." : "Mend the lines marked ✗ first.");
        return well;
    }

    private void need(String what, boolean here, String mend) {
        well &= here;
        say(here ? "✓" : "✗", what, here, mend);
    }

    private void wish(String what, boolean here, String mend) {
        say(here ? "✓" : "–", what, here, mend);
    }

    private void say(String mark, String what, boolean here, String mend) {
        out.println("  " + mark + " " + what + (here ? "" : ": no\n      " + mend));
    }

    private static boolean isFree(int port) {
        try (var socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(LessonRun.HOST, port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
