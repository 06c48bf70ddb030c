package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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
        // Their first 32 bits are the same: of a name's fingerprint, made by trying.
        for (String each : List.of("Ada Lovelace", "Ada~ ~~ !++~!~ !~    Lovelace")) {
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
                learner,name,1.1,1.2,1.3,1.3★,1.4,late,total,of,remark
                ·=1+1,,0,0,0,0,0,,0,4,not in the roster
                '-2,,0,0,0,0,0,,0,4,not in the roster
                Ada Lovelace,,0,0,0,0,0,,0,4,not in the roster
                Ada~ ~~ !++~!~ !~    Lovelace,,0,0,0,0,0,,0,4,not in the roster
                ada,,,,,,,,0,4,"not in the roster; Lesson1 ·2J.java is not named lessonNN.java or\
                 lessonNN.ipynb, and was not looked at"
                "x;'=1+1","Two; '+3",0,0,0,0,0,,0,4,
                ·ada·31m,,0,0,0,0,0,,0,4,not in the roster
                日本,,0,0,0,0,0,,0,4,not in the roster
                '＝1+1,,0,0,0,0,0,,0,4,not in the roster
                gone·,,,,,,,,0,4,nothing handed in
                """, csv());
        assertTrue(said.contains("not in the roster: ·ada·31m\n"), said);
        assertTrue(said.contains("nothing came from gone·\n"), said);
        assertTrue(said.contains(" ·ada·31m lesson 01: 0 of 5"), said); // with the star
        assertFalse(said.matches("(?s).*[\u0080-\u009F\u202E\t].*"), said);
        assertTrue(said.contains("notes on what 1 learner handed in: see the remarks"), said);
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

    @Test
    @DisplayName("--late 10% and --lessons 01-02,2 are understood; what is not gets a sentence")
    void options() throws IOException {
        handIn("ada", "lesson01.java", BROKEN);
        grade("--lessons", "01-02, 2", "--due", "2026-11-01", "--late", "10 %").expectExit(0);
        String index = Files.readString(out.resolve("index.html"));
        assertTrue(index.contains(", 10% less for each day."), index);
        assertTrue(index.contains(">2.1<") && !index.contains(">3.1<"), index);
        for (String wrong : List.of("x", "3-1", "1-", "1.2", "-1", "")) {
            grade("--lessons=" + wrong).expectExit(2).expectErr("Write 3, or 1,4, or 1-3.");
        }
        grade("--lessons", "1-99").expectExit(2).expectErr("there is no lesson ");
        for (String wrong : List.of("ten", "101", "-1", "0.5")) {
            grade("--due", "2026-11-01", "--late=" + wrong).expectExit(2)
                    .expectErr("--late " + wrong + " is no share of the points.\n");
        }
    }

    @Test
    @DisplayName("one learner's own folder is not taken for the class'; a lost lesson is told")
    void ownFolder() throws IOException {
        handIn("nils", "lesson01.java", BROKEN);
        handIn("nils", "lesson02.ipynb", "{}");
        handIn("nils/web", "wire.css", "");
        Path all = handedIn;
        handedIn = all.resolve("nils");
        grade("--lessons", "1").expectExit(2).expectErr("lesson01.java lies in " + handedIn
                + " itself: that is the folder of one learner.\n")
                .expectErr("./jbang grade " + all + "\n");
        handedIn = all;
        handIn(".", "lesson03.java", BROKEN);
        grade("--lessons", "1").expectExit(0)
                .expectOut("not graded, since it lies in no learner's folder: lesson03.java\n");
    }

    @Test
    @DisplayName("only who breaks off is told that the same command goes on")
    void brokenOff() throws IOException {
        String told = "stopped; the same command goes on";
        handIn("ada", "lesson02.java", BROKEN);
        Files.writeString(Files.createDirectories(out).resolve("results"), "no folder");
        var failed = grade("--lessons", "1");
        assertTrue(failed.exit() != 0 && !failed.out().contains(told), failed.toString());
        if (Command.isWindows()) return; // there Ctrl-C is for a whole console
        Files.delete(out.resolve("results"));
        handIn("ada", "lesson01.java", "void main() { while (true) { } }");
        try (var running = start("--lessons", "1")) {
            running.awaitOut("lessons to grade", PATIENCE).interrupt();
            assertTrue(running.awaitEnd(PATIENCE).out().contains(told));
        }
    }

    @Test
    @DisplayName("a zip of the whole class is not taken for one learner; no archive is lost")
    void packed() throws IOException {
        try (var zip = new ZipOutputStream(Files.newOutputStream(handedIn.resolve("all.zip")))) {
            for (String learner : List.of("ada", "bob", "cyd")) {
                zip.putNextEntry(new ZipEntry("export/" + learner + "/lesson01.java"));
                zip.write(BROKEN.getBytes(StandardCharsets.UTF_8));
            }
        }
        var refused = grade("--lessons", "1").expectExit(2);
        assertTrue(refused.err().contains("seems to hold the work of a whole class"), refused + "");
        Files.writeString(handedIn.resolve("dan.tar.gz"), "");
        grade("--lessons", "1").expectExit(0);
        assertTrue(csv().contains("dan.tar.gz is no zip, and was not read: unpack it"), csv());
        // What is packed twice, in another way, or a folder by a lesson's name.
        Files.delete(handedIn.resolve("all.zip"));
        try (var zip = new ZipOutputStream(Files.newOutputStream(handedIn.resolve("eve.zip")))) {
            zip.putNextEntry(new ZipEntry("work/my.zip"));
        }
        handIn("fay", "lesson01.rar", "");
        handIn("gil/lesson01.java", "readme.txt", "");
        // The flag of an encrypted entry, in the central directory.
        byte[] locked = Files.readAllBytes(handedIn.resolve("eve.zip"));
        for (int i = 0; i + 3 < locked.length; i++) {
            if (locked[i] == 'P' && locked[i + 1] == 'K' && locked[i + 2] == 1) locked[i + 8] |= 1;
        }
        Files.write(handedIn.resolve("hal.zip"), locked);
        grade("--lessons", "1").expectExit(0);
        for (String note : List.of("my.zip lies in eve.zip, and was not read: unpack that",
                "lesson01.rar is no zip, and was not read: unpack it",
                "lesson01.java is no file, and was not read",
                "hal.zip cannot be read as a zip: it has a password")) {
            assertTrue(csv().contains(note), note + " in\n" + csv());
        }
    }

    @Test
    @DisplayName("a verdict that cannot be kept ends the grading, and is no success")
    void notKept() throws IOException {
        handIn("ada", "lesson01.java", BROKEN);
        handIn("bob", "lesson01.java", BROKEN);
        for (String kept : List.of("looks", "results")) { // a file, where a folder is to be
            Files.writeString(Files.createDirectories(out.resolve(kept)).resolve("ada"), "");
        }
        var failed = grade("--lessons", "1").expectExit(1);
        assertTrue(failed.err().contains("cannot write"), failed.toString());
    }
}
