package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tests.Star;
import workshop.authoring.AuthorCheck;
import workshop.authoring.AuthorSync;
import workshop.authoring.Finding;
import workshop.authoring.Findings;
import workshop.authoring.NewLesson;
import workshop.authoring.Tree;
import workshop.authoring.Trial;
import workshop.checking.ExerciseCatalog;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.checking.Verdict;
import workshop.checking.Verdict.Status;
import workshop.course.Course;
import workshop.course.CourseException;
import workshop.course.Source;
import workshop.course.Starters;

/**
 * What {@code author check} finds. A small course in which nothing is wrong comes first; each test
 * breaks one thing in it, and that alone must be found.
 */
class AuthoringTest {
    private static final List<String> COMMANDS = List.of("check");
    private static final String SCRIPT = """
            ///usr/bin/env jbang "$0" "$@" ; exit $?
            //JAVA 25+
            //DEPS org.example:thing:1.0

            /** Says one word. */
            record Word(String text) {}

            void main() {
                first();
                second();
            }

            // EXERCISE 4.1  The first
            //   Make true  something.
            void first() {
                IO.println("%s");
            }
            // END 4.1

            // EXERCISE 4.2  The second
            //   Make true  something else.
            void second() {
                IO.println("%s");
            }
            // END 4.2
            """;
    private static final String NOTEBOOK = """
            {
             "cells": [
              {
               "cell_type": "code",
               "execution_count": null,
               "metadata": {},
               "outputs": [],
               "source": [
                "// from solutions/lesson04.java#4.1\\n",
                "void first() {\\n",
                "    IO.println(\\"right 1\\");\\n",
                "}"
               ]
              },
              {"cell_type": "code", "id": "answer-4-1", "source": [
                "// from lessons/lesson04.java#4.1\\n",
                "void first() {\\n", "    IO.println(\\"wrong 1\\");\\n", "}"
               ]},
              {"cell_type": "code", "id": "answer-4-2", "source": [
                "// from lessons/lesson04.java#4.2\\n",
                "void second() {\\n", "    IO.println(\\"wrong 2\\");\\n", "}"
               ]}
             ],
             "metadata": {},
             "nbformat": 4,
             "nbformat_minor": 5
            }
            """;

    @TempDir
    Path root;
    private List<ExerciseTests> exercises;

    @BeforeEach
    void nothingIsWrong() throws IOException {
        exercises = List.of(exercise("4.1", "The first"), exercise("4.2", "The second"));
        write("lessons/lesson04.java", SCRIPT.formatted("wrong 1", "wrong 2"));
        write("solutions/lesson04.java", SCRIPT.formatted("right 1", "right 2"));
        write("lessons/web/lesson04.html", "<p id=\"said\"></p>\n");
        write("tests/Lesson04Test.java", "class Lesson04Test { /* \"4.1\" \"4.2\" */ }\n");
        for (String id : List.of("4.1", "4.2")) {
            write(mutant(id, "one"), mutantOf(id, "mutant one"));
            write(mutant(id, "other"), mutantOf(id, "mutant other"));
        }
        write("slides/lesson04.md", """
                # Four

                ```java from=solutions/lesson04.java#Word
                record Word(String text) {}
                ```

                ---

                ## Your turn 4.1 · 45 min

                ---

                Answer:
                ```java from=solutions/lesson04.java#4.1
                void first() {
                    IO.println("right 1");
                }
                ```

                ---

                ## Your turn 4.2 · 45 min

                ---

                ## Where it breaks
                """);
        write("notebooks/lesson04.ipynb", NOTEBOOK);
        write("workshop/Workshop.java", "//DEPS org.example:tool:2.0\n");
        write("workshop/versions.txt", "# all\norg.example:thing:1.0\norg.example:tool:2.0\n");
        write("workshop/starters.txt", Starters.text(List.of(
                Source.read(root.resolve("lessons/lesson04.java")))));
        write("jbang-catalog.json", """
                {
                  "aliases": {
                    "lesson04": {"script-ref": "lessons/lesson04.java", "description": "a"},
                    "solution04": {"script-ref": "solutions/lesson04.java",
                        "description": "lesson 04, solved: run it [PORT]"},
                    "check": {"script-ref": "workshop/Workshop.java", "description": "c",
                        "arguments": ["check"]}
                  }
                }
                """);
    }

    @Test
    @DisplayName("nothing is found where nothing is wrong")
    void silent() {
        assertEquals(List.of(), found());
    }

    /** One thing that goes wrong: in {@code file}, {@code from} becomes {@code to}. */
    private record Mistake(String file, String from, String to, String place, String words) {
        @Override
        public String toString() {
            return place + ": " + words;
        }
    }

    private static final String LESSON = "lessons/lesson04.java";
    private static final String SOLUTION = "solutions/lesson04.java";
    private static final String SLIDES = "slides/lesson04.md";
    private static final String CELLS = "notebooks/lesson04.ipynb";
    private static final String CATALOG = "jbang-catalog.json";
    private static final String MUTANT = "tests/mutants/lesson04/4.1-one.java";
    private static final String ANSWER = "tests/answers/lesson04/another.java";
    private static final String VERSIONS = "workshop/versions.txt";

    /** Where {@code from} is null, {@code to} is a whole new file; where both are, it is gone. */
    static List<Mistake> mistakes() {
        return List.of(
                // outside the exercises a lesson is its solution
                new Mistake(LESSON, "first();\n", "first() ;\n", LESSON + ":9",
                        "outside its exercises it differs"),
                new Mistake(SOLUTION, "// END 4.2\n", "// END 4.2\n// more\n", LESSON,
                        "outside its exercises it differs"),
                new Mistake(LESSON, "// END 4.1", "// FINISH 4.1", LESSON + ":13", "is not closed"),
                new Mistake(SOLUTION, "// EXERCISE 4.1  ", "// EXERCISE 4.1 ", SOLUTION + ":13",
                        "no exercise begins like this"),
                // exercises are described
                new Mistake(LESSON, "  The first", "  The 1st", LESSON + ":13",
                        "exercise 4.1 is called “The 1st”"),
                // mutants
                new Mistake(MUTANT, null, null, "tests/Lesson04Test.java:1",
                        "exercise 4.1 has 1 mutants"),
                new Mistake("tests/mutants/lesson04/4.1-same.java", null,
                        mutantOf("4.1", "right 1"), "tests/mutants/lesson04/4.1-same.java:3",
                        "the mutant is the solution of 4.1"),
                new Mistake("tests/mutants/lesson04/4.9-none.java", null,
                        mutantOf("4.9", "wrong"), "tests/mutants/lesson04/4.9-none.java:1",
                        "there is no exercise 4.9"),
                new Mistake("tests/mutants/lesson04/4.2-third.java", null, mutantOf("4.1", "x"),
                        "tests/mutants/lesson04/4.2-third.java:1", "name different exercises"),
                new Mistake("tests/mutants/lesson04/4.2-third.java", null,
                        mutantOf("4.2", "x").replace("// SAYS", "// says"),
                        "tests/mutants/lesson04/4.2-third.java:1", "there is no line “// SAYS"),
                new Mistake("tests/mutants/lesson04/4.2s-third.java", null, mutantOf("4.2", "x"),
                        "tests/mutants/lesson04/4.2s-third.java:1", "name different exercises"),
                // right answers in another way
                new Mistake(ANSWER, null, answerOf("4.1", "right").replace("ANSWER", "OTHER"),
                        ANSWER + ":1", "its first line is not “// ANSWER"),
                new Mistake(ANSWER, null, answerOf("4.9", "right"), ANSWER + ":2",
                        "the solution has no exercise 4.9"),
                // slides and notebooks
                new Mistake(SLIDES, "record Word(String text) {}", "record Word() {}",
                        SLIDES + ":3", "this is no longer what solutions/lesson04.java#Word says"),
                new Mistake(SLIDES, "#Word", "#Phrase", SLIDES + ":3", "there is no “Phrase”"),
                new Mistake(SLIDES, "lesson04.java#Word", "lesson40.java#Word", SLIDES + ":3",
                        "there is no solutions/lesson40.java"),
                new Mistake(SLIDES, "4.2 · 45", "4.2 · 46", SLIDES, "take 91 minutes"),
                new Mistake(SLIDES, "4.2 · 45 min", "4.1 · 5 min", SLIDES, "4.2 is on no slide"),
                new Mistake(SLIDES, "Answer:\n", "", SLIDES + ":13", "the answer to 4.1 stands"),
                new Mistake(SLIDES, "Where it breaks", "Your turn 4.2 · 0 min", SLIDES + ":26",
                        "the last slide leads nowhere"),
                new Mistake(SLIDES, "Where it breaks", "Your turn 4.7 · 0 min\n\n---\n\nThe end",
                        SLIDES + ":26", "there is no exercise 4.7"),
                new Mistake(CELLS, "right 1", "left 1", CELLS + ":9", "this is no longer what"),
                new Mistake(CELLS, "solutions/lesson04.java#4.1", "solutions/lesson04.java#4.7",
                        CELLS + ":9", "there is no “4.7”"),
                new Mistake(CELLS, "answer-4-1", "try-4-1", CELLS,
                        "exercise 4.1 has the cells [try-4-1]"),
                new Mistake(CELLS, "\"outputs\": [],", "\"outputs\": [},", CELLS + ":7",
                        "this is no JSON"),
                // versions
                new Mistake("workshop/Workshop.java", "tool:2.0", "tool:2.1",
                        "workshop/Workshop.java:1", "org.example:tool has version 2.1 here"),
                new Mistake("workshop/Workshop.java", "tool:2.0", "tool:2.0 org.example:more:3.0",
                        "workshop/Workshop.java:1", "org.example:more:3.0 is not in the list"),
                new Mistake(VERSIONS, "# all", "org.example:more:3.0", VERSIONS + ":1",
                        "nothing uses org.example:more"),
                new Mistake(VERSIONS, "# all", "org.example", VERSIONS + ":1", "is no new entry"),
                new Mistake("jbang", null, "X_VERSION=2.1\n<artifactId>tool</artifactId>\n",
                        "jbang:1", "it fetches another version of org.example:tool"),
                // what the starters are
                new Mistake("workshop/starters.txt", "4.2 ", "4.3 ", "workshop/starters.txt",
                        "the starter of 4.2 is another one"),
                new Mistake("workshop/starters.txt", "4.1 ", "4.1 0\n4.1 ",
                        "workshop/starters.txt:4", "the starter of 4.1 is another one"),
                // catalog
                new Mistake(CATALOG, "\"solution04\"", "\"solution4\"", CATALOG,
                        "there is no alias “solution04”"),
                new Mistake(CATALOG, "\"description\": \"a\"", "\"description\": \" \"",
                        CATALOG + ":3", "has no description"),
                new Mistake(CATALOG, "04, solved", "03, solved", CATALOG + ":4",
                        "the alias “solution04” is not what follows from solutions/lesson04.java"),
                new Mistake(CATALOG, "\"check\": {", "\"gone\": {\"script-ref\": \"no.java\","
                        + " \"description\": \"d\"},\n\"check\": {", CATALOG + ":6",
                        "leads to no file: no.java"),
                new Mistake(CATALOG, "\"check\": {", "\"info\": {\"script-ref\": \"" + LESSON
                        + "\", \"description\": \"d\"},\n\"check\": {", CATALOG + ":6",
                        "is a command of JBang itself"),
                new Mistake(CATALOG, "[\"check\"]", "[\"chek\"]", CATALOG + ":6",
                        "starts the command “chek”"),
                new Mistake(CATALOG, "  }\n}", "  }\n", CATALOG + ":10", "this is no JSON"),
                // no stray files, and a lesson is whole
                new Mistake("notes.txt", null, "later\n", "notes.txt", "nobody would look for"),
                new Mistake("lessons/web/lesson04.html", null, null, "lessons/web/lesson04.html",
                        "it is missing"),
                new Mistake(CELLS, null, null, CELLS, "it is missing"),
                // texts
                new Mistake("tests/Long.java", null, "/* " + "ä".repeat(96) + " */\n",
                        "tests/Long.java:1", "more than 100 characters"),
                new Mistake("tests/Tab.java", null, "\tint i;\n", "tests/Tab.java:1", "a tab"),
                new Mistake("tests/End.java", null, "int i;", "tests/End.java:1",
                        "the last line does not end"),
                new Mistake("tests/Off.java", null, "  @Test @" + "Disabled\n",
                        "tests/Off.java:1", "a test is switched off"),
                new Mistake("lessons/web/lesson04.html", "</p>", "</p><script>p.inner" + "HTML=x",
                        "lessons/web/lesson04.html:1", "put into the page as HTML"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    @DisplayName("one mistake is found, with its place, and nothing else is")
    void mistake(Mistake made) throws IOException {
        if (made.to == null) Files.delete(root.resolve(made.file));
        else if (made.from == null) write(made.file, made.to);
        else edit(made.file, made.from, made.to);
        assertFoundAlone(made.place, made.words);
    }

    @Test
    @DisplayName("an exercise without a region, and a region without an exercise")
    void regions() throws IOException {
        exercises = exercises.subList(0, 1);
        for (String file : List.of("4.2-one.java", "4.2-other.java")) {
            Files.delete(root.resolve("tests/mutants/lesson04").resolve(file));
        }
        assertFoundAlone(LESSON + ":20", "exercise 4.2 has no tests");
        nothingIsWrong();
        String region = SCRIPT.substring(SCRIPT.indexOf("// EXERCISE 4.2"));
        edit(LESSON, region.formatted("wrong 2").replace("%s", "wrong 2"), "");
        edit(SOLUTION, region.replace("%s", "right 2"), "");
        int cell = read(CELLS).indexOf(",\n  {\"cell_type\": \"code\", \"id\": \"answer-4-2\"");
        edit(CELLS, read(CELLS).substring(cell, read(CELLS).indexOf("]}\n ]", cell) + 2), "");
        edit(SLIDES, "## Your turn 4.2 · 45 min\n\n---\n\n", "");
        assertFoundAlone("tests/Lesson04Test.java:1", "exercise 4.2 has no region");
    }

    @Test
    @DisplayName("too many lines, a late exercise, equal runs, too many cells before a check")
    void sizes() throws IOException {
        String lines = IntStream.rangeClosed(1, 160)
                .mapToObj(i -> "// line " + i + "\n").collect(Collectors.joining());
        write("solutions/lesson21.java", lines + "// EXERCISE 21.1  One\n// END 21.1\n");
        write("solutions/lesson22.java", lines.substring(0, lines.indexOf("// line 13")));
        String cell = "{\"cell_type\": \"code\", \"source\": [\"int a;\\n\", \"int b;\"]},";
        write("notebooks/lesson21.ipynb", "{\"cells\": [" + cell.repeat(17) + cell.replace("int a",
                "check(\\\"21.1\\\")").replace("},", "}") + "]}");
        List<String> found = found();
        for (String words : List.of("solutions/lesson21.java: 160 lines stand outside of the",
                "solutions/lesson21.java:161: the first exercise begins behind line 140",
                "solutions/lesson22.java:1: 12 lines are those of solutions/lesson21.java",
                "notebooks/lesson21.ipynb: 17 cells with 34 lines of code stand before")) {
            assertTrue(found.stream().anyMatch(each -> each.startsWith(words)),
                    () -> words + "\n" + String.join("\n", found));
        }
    }

    @Test
    @DisplayName("a new lesson is whole in every medium, and takes no other's place")
    void newLesson() throws IOException {
        Files.writeString(root.resolve(VERSIONS), Files.readString(MadeUp.real().versions()),
                StandardOpenOption.APPEND);
        List<Path> files = new NewLesson(tree(), 21, "Doors: who may come in").write();
        exercises = List.of(exercise("21.1", "Greet"));
        Tree tree = tree().only(List.of(21));
        new AuthorSync(tree, new PrintStream(OutputStream.nullOutputStream())).run();
        var findings = new Findings();
        AuthorCheck.checks(COMMANDS).forEach(check -> check.look(tree, findings));
        assertEquals(List.of(), findings.all().stream().map(each -> each.told(root))
                .filter(each -> !each.contains("nothing uses")).toList());
        assertEquals(8, files.size());
        assertEquals(1 + 1 + 2, Trial.of(tree, 21).size());
        var again = assertThrows(CourseException.class,
                () -> new NewLesson(tree, 21, "Windows").write());
        assertTrue(again.getMessage().startsWith("solutions/lesson21.java is there already"));
    }

    @Test
    @DisplayName("sync writes what an exercise asks for into the notebook, and leaves the rest")
    void contracts() throws IOException {
        String notebook = NOTEBOOK.replace("\"cells\": [", """
                "cells": [
                  {
                   "cell_type": "markdown",
                   "source": [
                    "### 21.1 One\\n",
                    "\\n",
                    "**Make true:** old.\\n",
                    "\\n",
                    "Look at the chart."
                   ]
                  },""").replace("lesson04.java#4.1", "lesson21.java#21.1");
        String script = """
                // EXERCISE 21.1  One
                //   Make true  GET <id> answers * and `a_b`,
                //              in one line.
                //   Keep       the name.
                //   Stuck?     jbang hint 21.1
                void one() {
                }
                // END 21.1
                """;
        write("lessons/lesson21.java", script);
        write("solutions/lesson21.java", script);
        write("notebooks/lesson21.ipynb", notebook);
        assertTrue(found().stream().anyMatch(each -> each.contains(
                "this is no longer what lessons/lesson21.java#21.1:contract says")));
        sync();
        assertTrue(read("notebooks/lesson21.ipynb").contains("\"**Make true** GET \\\\<id> answers"
                + " \\\\* and `a_b`, in one line.\\n\""), () -> String.join("\n", found()));
        assertTrue(read("notebooks/lesson21.ipynb").contains("\"**Keep** the name.\\n\""));
        assertTrue(read("notebooks/lesson21.ipynb").contains("\"Look at the chart.\"\n"));
        assertFalse(found().stream().anyMatch(each -> each.contains("#21.1")));
    }

    @Test
    @DisplayName("exercises out of order")
    void order() throws IOException {
        for (String file : List.of(LESSON, SOLUTION)) {
            String text = read(file);
            int one = text.indexOf("// EXERCISE 4.1");
            int two = text.indexOf("// EXERCISE 4.2");
            write(file, text.substring(0, one) + text.substring(two) + text.substring(one, two));
        }
        assertFoundAlone(LESSON + ":13", "exercise 4.2 stands where 4.1 is due");
    }

    @Test
    @DisplayName("too few hints, an empty one, no starter phrase")
    void descriptions() {
        exercises = List.of(exercise("4.1", "The first"), new ExerciseTests("4.2", "The second",
                List.of("a", "b"), "says", getClass()));
        assertFoundAlone("tests/Lesson04Test.java:1", "exercise 4.2 has 2 hints");
        exercises = List.of(exercise("4.1", "The first"), new ExerciseTests("4.2", "The second",
                List.of("a", "b", " "), "says", getClass()));
        assertFoundAlone("tests/Lesson04Test.java:1", "exercise 4.2 has 2 hints");
        exercises = List.of(exercise("4.1", "The first"), new ExerciseTests("4.2", "The second",
                List.of("a", "b", "c"), "", getClass()));
        assertFoundAlone("tests/Lesson04Test.java:1", "exercise 4.2 has no starter phrase");
    }

    @Test
    @DisplayName("every finding takes three lines: what, why, what to do")
    void threeLines() throws IOException {
        Files.delete(root.resolve(CELLS));
        List<Finding> findings = findings();
        assertEquals(3, findings.getFirst().told(root).lines().count());
    }

    // --- programs and their verdicts ----------------------------------------------------------

    @Test
    @DisplayName("starter, path, solution and mutants are tried, and are as they must be")
    void trials() {
        assertEquals(List.of(), tried(text -> text));
        assertEquals(2 + 1 + 4, Trial.of(tree(), 4).size());
    }

    @Test
    @DisplayName("a starter that passes, or fails for another reason")
    void starters() throws IOException {
        edit(LESSON, "wrong 1", "right 1");
        assertEquals(List.of(LESSON + ":13: 4.1 is not solved and passes all the same"),
                tried(text -> text));
        edit(LESSON, "right 1", "strange 1");
        assertEquals(List.of(LESSON + ":13: 4.1 fails for another reason than “it says wrong”"),
                tried(text -> text.replace("it says strange 1", "it is silent")));
    }

    @Test
    @DisplayName("a solution that fails, and a path on which a solved exercise fails")
    void solutions() throws IOException {
        edit(SOLUTION, "right 2", "wrong 2");
        assertEquals(List.of(SOLUTION + ":20: 4.2 is solved and fails all the same",
                MUTANT + ":0: 4.2 is solved and fails all the same",
                MUTANT.replace("one", "other") + ":0: 4.2 is solved and fails all the same"),
                tried(text -> text));
    }

    @Test
    @DisplayName("a mutant that passes, does not compile, or says something else")
    void mutants() throws IOException {
        write(MUTANT, mutantOf("4.1", "right, nearly"));
        assertEquals(List.of(MUTANT + ":3: 4.1 is not solved and passes all the same"),
                tried(text -> text));
        write(MUTANT, mutantOf("4.1", "broken"));
        assertEquals(List.of(MUTANT + ":0: a program made of it does not run"),
                tried(text -> text));
        write(MUTANT, mutantOf("4.1", "mutant one").replace("it says mutant", "it says nothing"));
        assertEquals(List.of(MUTANT + ":3: 4.1 fails for another reason than “it says nothing”"),
                tried(text -> text));
        assertTrue(read(".workshop/author/04-mutant-4.1-one/lesson04.java").contains("mutant one"));
    }

    @Test
    @DisplayName("a star that is asked for has tests and a mutant, which leaves the core right")
    void stars() throws IOException {
        for (String file : List.of(LESSON, SOLUTION)) {
            edit(file, "something else.", "something else.\n//   ★          more.");
        }
        assertFoundAlone(LESSON + ":20", "the star of 4.2 has no test");
        exercises = List.of(exercises.getFirst(), new ExerciseTests("4.2", "The second",
                List.of("nudge", "name", "answer"), "it says wrong", Starred.class));
        assertFoundAlone("tests/Lesson04Test.java:1", "the star of 4.2 has no mutant");
        write("tests/mutants/lesson04/4.2s-less.java", mutantOf("4.2", "right, it says mutant")
                .replace("MUTANT 4.2 ", "MUTANT 4.2★ "));
        assertEquals(List.of(), found());
        exercises = List.of(exercises.getFirst(), exercises.getLast(), new ExerciseTests("4.2★",
                "The second", List.of(), "", Starred.class));
        assertEquals(List.of(), tried(text -> text));
    }

    static final class Starred {
        @Star
        void more() {}
    }

    @Test
    @DisplayName("a right answer in another way that its tests do not take")
    void answers() throws IOException {
        write(ANSWER, answerOf("4.1", "right, too"));
        assertEquals(List.of(), tried(text -> text));
        write(ANSWER, answerOf("4.1", "wrong"));
        assertEquals(List.of(ANSWER + ":2: 4.1 is solved and fails all the same"),
                tried(text -> text));
    }

    // --- sync ---------------------------------------------------------------------------------

    @Test
    @DisplayName("sync takes the common parts from the solution and keeps the lesson's regions")
    void syncLesson() throws IOException {
        edit(SOLUTION, "    first();\n", "    first();\n    first();\n");
        assertTrue(sync().contains("lessons/lesson04.java: its common parts"));
        assertEquals(SCRIPT.formatted("wrong 1", "wrong 2").replace("    first();\n",
                "    first();\n    first();\n"), read(LESSON));
    }

    @Test
    @DisplayName("sync writes the lessons' names into the catalog, and keeps the commands")
    void syncCatalog() throws IOException {
        String catalog = read(CATALOG);
        edit(CATALOG, "\"lesson04\"", "\"lesson40\"");
        assertTrue(sync().contains(CATALOG + ": its lessons are those that there are"));
        assertTrue(read(CATALOG).contains("\"check\": {") && !read(CATALOG).contains("lesson40"),
                () -> catalog);
        assertEquals("everything is in step: nothing was changed\n", sync());
    }

    @Test
    @DisplayName("sync never shows a lesson the solution of an exercise that it lacks")
    void syncRefuses() throws IOException {
        String text = read(LESSON);
        write(LESSON, text.substring(0, text.indexOf("// EXERCISE 4.2")));
        assertTrue(sync().contains("left as it is"));
        assertFalse(read(LESSON).contains("4.2"));
    }

    @Test
    @DisplayName("sync takes pieces anew and changes nothing else, not a blank")
    void syncPieces() throws IOException {
        edit(SOLUTION, "right 1", "righter \\u0061 ä 1");
        edit(SOLUTION, "String text", "String words");
        edit(LESSON, "String text", "String words");
        sync();
        assertEquals(NOTEBOOK.replace("right 1\\\"", "righter \\\\u0061 ä 1\\\""), read(CELLS));
        assertTrue(read(SLIDES).contains("#Word\nrecord Word(String words) {}\n```\n"));
        assertEquals(List.of(), found());
        assertEquals("everything is in step: nothing was changed\n", sync());
    }

    // --- the small course ---------------------------------------------------------------------

    private Tree tree() {
        var course = new Course(root);
        List<Path> files = Tree.lying(root);
        return new Tree(course, files, Tree.lessonsIn(root, files), lesson -> Optional.of(
                new ExerciseCatalog(lesson, getClass(), exercises, java.util.Map.of())));
    }

    private List<Finding> findings() {
        var findings = new Findings();
        Tree tree = tree();
        AuthorCheck.checks(COMMANDS).forEach(check -> check.look(tree, findings));
        return findings.all();
    }

    private List<String> found() {
        return findings().stream().map(finding -> finding.told(root).replace('\\', '/')).toList();
    }

    /**
     * Runs all trials with a judge who reads the program: an exercise passes where its code says
     * “right”, nothing runs where one says “broken”, and failures tell what the code says.
     */
    private List<String> tried(UnaryOperator<String> failure) {
        var findings = new Findings();
        for (Trial trial : Trial.of(tree(), 4)) {
            trial.run((program, lesson, tests) -> tests.stream()
                    .map(exercise -> verdict(program, exercise, failure)).toList(),
                    new Course(root), findings);
        }
        return findings.all().stream().map(each -> root.relativize(each.file()).toString()
                .replace('\\', '/') + ":" + each.line() + ": " + each.what()).toList();
    }

    private static Verdict verdict(Source program, ExerciseTests exercise,
            UnaryOperator<String> failure) {
        boolean star = exercise.id().endsWith("★");
        String code = program.region(exercise.id().replace("★", "")).orElseThrow().code();
        String says = code.substring(code.indexOf('"') + 1, code.lastIndexOf('"'));
        if (program.text().contains("\"broken")) {
            return new Verdict(exercise.id(), exercise.title(), Status.BROKEN, 0, "no compile");
        }
        return says.startsWith("right") && !(star && says.contains("mutant"))
                ? new Verdict(exercise.id(), exercise.title(), Status.PASSED, 1, "")
                : new Verdict(exercise.id(), exercise.title(), Status.FAILED, 1,
                        "a test\n" + failure.apply("it says " + says));
    }

    private String sync() {
        var out = new ByteArrayOutputStream();
        new AuthorSync(tree(), new PrintStream(out, true, StandardCharsets.UTF_8)).run();
        return out.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
    }

    private void assertFoundAlone(String place, String words) {
        List<String> found = found();
        assertTrue(found.size() == 1 && found.getFirst().startsWith(place + ": ")
                && found.getFirst().contains(words), () -> "expected alone " + place + ": … "
                + words + "\n" + String.join("\n", found));
    }

    private ExerciseTests exercise(String id, String title) {
        return new ExerciseTests(id, title, List.of("nudge", "name", "answer"), "it says wrong",
                getClass());
    }

    private static String mutant(String id, String name) {
        return "tests/mutants/lesson04/" + id + "-" + name + ".java";
    }

    private static String mutantOf(String id, String says) {
        String name = id.equals("4.1") ? "first" : "second";
        return """
                // MUTANT %s  Says something else.
                // SAYS   it says mutant
                // EXERCISE %s  The %s
                void %s() {
                    IO.println("%s");
                }
                // END %s
                """.formatted(id, id, name, name, says, id);
    }

    private static String answerOf(String id, String says) {
        String mutant = mutantOf(id, says);
        return "// ANSWER  In another way.\n" + mutant.substring(mutant.indexOf("// EXERCISE"));
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private String read(String file) throws IOException {
        return Files.readString(root.resolve(file));
    }

    private void edit(String file, String from, String to) throws IOException {
        String text = read(file);
        assertTrue(text.contains(from), file + " has no " + from);
        write(file, text.replace(from, to));
    }
}
