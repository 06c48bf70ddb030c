package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a teacher writes for {@code grade}, and reads of it: options, tables, names, sentences. */
class GradingWordsTest extends GradedClass {
    @Test
    @DisplayName("no name is a formula of a spreadsheet, a hidden file, or moves the terminal")
    void names() throws IOException {
        String turned = "\u202Eada\u009B31m";
        for (String each : List.of("x;=1+1", "＝1+1", "\t=1+1", "-2", "日本", turned)) {
            handIn(each, "lesson01.java", BROKEN);
        }
        handIn("ada", "Lesson1 \u009B2J.java", BROKEN);
        Files.writeString(handedIn.resolve("roster.csv"), """
                sep=;
                id;name
                "x;=1+1" ; "Two; +3"
                gone\u202E;
                """);
        String said = grade("--lessons", "1").expectExit(0).out();
        assertEquals("""
                learner,name,1.1,1.2,1.3,1.4,late,total,of,remark
                ·=1+1,,0,0,0,0,,0,4,not in the roster
                '-2,,0,0,0,0,,0,4,not in the roster
                ada,,,,,,,0,4,"not in the roster; Lesson1 ·2J.java is not named lessonNN.java or\
                 lessonNN.ipynb, and was not looked at"
                "x;'=1+1","Two; '+3",0,0,0,0,,0,4,
                ·ada·31m,,0,0,0,0,,0,4,not in the roster
                日本,,0,0,0,0,,0,4,not in the roster
                '＝1+1,,0,0,0,0,,0,4,not in the roster
                gone·,,,,,,,0,4,nothing handed in
                """, csv());
        assertTrue(said.contains("not in the roster: ·ada·31m\n"), said);
        assertTrue(said.contains("nothing came from gone·\n"), said);
        assertTrue(said.contains(" ·ada·31m lesson 01: 0 of 4"), said);
        assertFalse(said.matches("(?s).*[\u0080-\u009F\u202E\t].*"), said);
        try (Stream<Path> files = Files.walk(out)) {
            assertEquals(List.of(".lock"), files.map(each -> each.getFileName().toString())
                    .filter(name -> name.startsWith(".")).toList());
        }
        String index = Files.readString(out.resolve("index.html"));
        assertFalse(index.contains("\u202E"), index);
        Path pages = out.resolve("learners");
        try (Stream<Path> files = Files.list(pages)) {
            files.forEach(each -> assertTrue(index.contains("\"learners/" + each.getFileName()
                    + "\""), each + " in " + index));
        }
        Path roster = Files.writeString(folder.resolve("r.csv"), "id,name\nada,A\n\n , Nobody\n");
        grade("--roster", roster.toString()).expectExit(2)
                .expectErr("r.csv:4: the row has no id.");
        Files.writeString(roster, "\u202Eada,A\n\u202Eada,B\n");
        grade("--roster", roster.toString()).expectExit(2)
                .expectErr("r.csv:2: ·ada is there twice.");
    }
}
