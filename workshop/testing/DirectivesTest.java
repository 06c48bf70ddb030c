package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import workshop.course.CourseException;
import workshop.course.Directives;
import workshop.course.Source;

/** The lines at a script's head are read as JBang reads them. */
class DirectivesTest {
    private static Directives of(String text) {
        return Source.of(Path.of("lesson03.java"), text).directives();
    }

    @Test
    @DisplayName("several on a line, with commas or blanks, and a comment behind them")
    void several() {
        List<String> both = List.of("a:b:1", "c:d:2");
        for (String line : List.of("a:b:1 c:d:2", "a:b:1,c:d:2", "a:b:1, c:d:2",
                "a:b:1;c:d:2 // the web server", "a:b:1\tc:d:2 // see https://a.b, too")) {
            assertEquals(both, of("//DEPS " + line + "\nvoid main() {}\n").dependencies(), line);
        }
        assertEquals(List.of("A.java", "B.java"),
                of("//SOURCES A.java B.java // beside\n").sources());
    }

    @Test
    @DisplayName("an option keeps its commas; what is no directive is none")
    void options() {
        assertEquals(List.of("-Da=1,2", "-Xmx1g"),
                of("//RUNTIME_OPTIONS -Da=1,2 -Xmx1g\n").runtimeOptions());
        assertEquals(List.of(), of("// DEPS a:b:1\n  //DEPS a:b:1\n").dependencies());
    }

    @ParameterizedTest(name = "{0} is named, with its line")
    @ValueSource(strings = {"//PREVIEW", "//REPOS a=https://a.b/", "//JAVAC_OPTIONS -parameters"})
    void unsupported(String line) {
        String said = assertThrows(CourseException.class,
                () -> of("//JAVA 25+\n" + line + "\n")).getMessage();
        assertTrue(said.contains("lesson03.java:2: " + line.split(" ")[0] + " is not supported"),
                said);
    }
}
