package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The tool says and reads the same in regions that write their own digits, or their own i. */
class RegionsTest {
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    @TempDir
    Path folder;

    private Command in(String region, String... words) {
        String[] parts = region.split("-");
        return Command.java(List.of("-Duser.language=" + parts[0], "-Duser.country=" + parts[1]),
                "workshop.Workshop", words).in(MadeUp.real().root());
    }

    @ParameterizedTest(name = "{0}: hint, check and grade")
    @ValueSource(strings = {"fa-IR", "tr-TR"})
    void commands(String region) throws IOException {
        assertTrue(in(region, "hint", "1.1").run(PATIENCE).expectExit(0).out().contains("1.1"));
        Path lessons = Files.createDirectories(folder.resolve("lessons"));
        Files.writeString(lessons.resolve("lesson01.java"), GradedClass.BROKEN);
        String said = in(region, "check", "1.1", "--dir", lessons.toString()).run(PATIENCE)
                .expectExit(1).out();
        assertTrue(said.contains("lesson01.java:1: "), said);
        Path all = Files.createDirectories(folder.resolve("class"));
        try (var zip = new ZipOutputStream(Files.newOutputStream(all.resolve("ada.ZIP")))) {
            zip.putNextEntry(new ZipEntry("LESSON01.JAVA"));
            zip.write(GradedClass.BROKEN.getBytes(StandardCharsets.UTF_8));
        }
        Files.writeString(all.resolve("roster.csv"), "NAME,ID\nAda,ada\nI,ingrid\n");
        var words = new java.util.ArrayList<>(List.of("grade", all.toString(), "--out",
                folder.resolve("out").toString(), "--lessons", "1"));
        if (!WallsHere.MISSING.isEmpty()) words.add("--unsafe");
        in(region, words.toArray(String[]::new)).run(PATIENCE).expectExit(0);
        assertEquals("""
                learner,name,1.1,1.2,1.3,1.3★,1.4,late,total,of,remark
                ada,Ada,0,0,0,0,0,,0,4,
                ingrid,I,,,,,,,0,4,nothing handed in
                """, Files.readString(folder.resolve("out/grades.csv")).substring(1)
                .replace("\r\n", "\n"));
    }
}
