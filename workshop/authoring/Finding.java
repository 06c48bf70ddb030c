package workshop.authoring;

import java.nio.file.Path;

/**
 * A place that is not as it must be.
 *
 * @param line from 1; 0 where the whole file is meant
 * @param what what is there
 * @param why  why that is wrong
 * @param mend what to do
 */
public record Finding(Path file, int line, String what, String why, String mend) {
    /** Three lines, the first with the place, as editors and terminals make links of it. */
    public String told(Path root) {
        Path shown = file.startsWith(root) ? root.relativize(file) : file;
        return shown + (line > 0 ? ":" + line : "") + ": " + what
                + "\n    " + why + "\n    " + mend;
    }
}
