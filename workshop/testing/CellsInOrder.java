package workshop.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.stream.Stream;
import jdk.jshell.JShell;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;

/**
 * Runs a notebook's cells from first to last in JShell, as the Java kernels do: a cell ends where
 * something in it fails, and the next one runs. What the cells print comes to standard output.
 */
final class CellsInOrder {
    private CellsInOrder() {}

    /** @param words the notebook, then jars that cells may use besides this process' own */
    public static void main(String[] words) throws IOException {
        var cells = new ObjectMapper().readTree(Path.of(words[0]).toFile()).path("cells");
        try (var shell = JShell.builder().executionEngine("local").out(System.out)
                .err(System.err).compilerOptions("-proc:none").build()) {
            Stream.concat(Stream.of(System.getProperty("java.class.path")
                    .split(File.pathSeparator)), Stream.of(words).skip(1))
                    .forEach(shell::addToClasspath);
            for (JsonNode cell : cells) {
                if (cell.path("cell_type").asText().equals("code")) run(shell, text(cell));
            }
        }
        System.exit(0);
    }

    private static String text(JsonNode cell) {
        if (cell.path("source").isTextual()) return cell.path("source").asText();
        var text = new StringBuilder();
        cell.path("source").forEach(line -> text.append(line.asText()));
        return text.toString();
    }

    private static void run(JShell shell, String cell) {
        String rest = cell;
        while (!rest.isBlank()) {
            var next = shell.sourceCodeAnalysis().analyzeCompletion(rest);
            if (next.completeness() == SourceCodeAnalysis.Completeness.EMPTY) return;
            String source = next.completeness().isComplete() ? next.source() : rest;
            for (SnippetEvent each : shell.eval(source)) {
                if (each.status() == Snippet.Status.REJECTED || each.exception() != null) return;
            }
            if (!next.completeness().isComplete()) return;
            rest = next.remaining();
        }
    }
}
