package workshop.notebook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jshell.Diag;
import jdk.jshell.EvalException;
import jdk.jshell.JShell;
import jdk.jshell.JShellException;
import jdk.jshell.Snippet;
import jdk.jshell.SnippetEvent;
import jdk.jshell.SourceCodeAnalysis;
import jdk.jshell.SourceCodeAnalysis.CompletionInfo;
import jdk.jshell.SourceCodeAnalysis.Completeness;
import jdk.jshell.UnresolvedReferenceException;
import jdk.jshell.spi.ExecutionControl;
import jdk.jshell.spi.ExecutionControlProvider;
import jdk.jshell.spi.ExecutionEnv;
import org.dflib.jjava.jupyter.channels.ShellReplyEnvironment;
import org.dflib.jjava.jupyter.kernel.BaseKernel;
import org.dflib.jjava.jupyter.kernel.JupyterIO;
import org.dflib.jjava.jupyter.kernel.LanguageInfo;
import org.dflib.jjava.jupyter.kernel.ReplacementOptions;
import org.dflib.jjava.jupyter.kernel.comm.CommManager;
import org.dflib.jjava.jupyter.kernel.display.DisplayData;
import org.dflib.jjava.jupyter.kernel.display.Renderer;
import org.dflib.jjava.jupyter.kernel.util.StringStyler;
import org.dflib.jjava.jupyter.messages.Message;
import org.dflib.jjava.jupyter.messages.request.ExecuteRequest;

/**
 * What a notebook's cells are to Jupyter: JShell, in this process, with this process' class path.
 * The protocol (sockets, signatures, messages) is the library's.
 */
final class JavaKernel extends BaseKernel {
    private static final long AGAIN_NANOS = 10_000_000;
    private static final int FRAMES = 12; // of an exception's stack that a cell shows
    private static final Pattern SNIPPET = Pattern.compile("\\.?(.*?)\\.?\\(#(\\d+):(\\d+)\\)");

    /** A cell that ended otherwise than its author meant; the message is what the cell shows. */
    private static final class CellFailed extends RuntimeException {
        CellFailed(String message) {
            super(message, null, false, false);
        }
    }

    /** Which cell runs: an interrupt that comes late must not reach the next one. */
    private static final class Cell {
        private volatile boolean interrupted;
    }

    private final JShell shell;
    private final Map<String, Integer> linesBefore = new HashMap<>(); // by a snippet's id
    private volatile Cell running;

    private JavaKernel(JShell shell) {
        super("Sockets to Rooms", "1", new LanguageInfo.Builder("Java")
                .version(Runtime.version().toString()).mimetype("text/x-java-source")
                .fileExtension(".java").pygments("java").codemirror("java").build(), List.of(),
                null, new CellIO(), new CommManager(), new Renderer(), null, null, false,
                new StringStyler("", "", "", _ -> ""));
        this.shell = shell;
        System.setOut(io.out);
        System.setErr(io.err);
        System.setIn(io.in);
    }

    /** @param classPath what cells may use, which this process has on its own class path */
    static JavaKernel with(String classPath) {
        JShell shell = JShell.builder().executionEngine(new ExecutionControlProvider() {
            @Override
            public String name() {
                return "cells";
            }

            @Override
            public ExecutionControl generate(ExecutionEnv unused, Map<String, String> parameters) {
                return new CellRunner();
            }
        }, Map.of()).compilerOptions("-classpath", classPath).build();
        var kernel = new JavaKernel(shell);
        kernel.onStartup();
        return kernel;
    }

    /** What is written behind a cell's end, by a server say, belongs to that cell still. */
    private static final class CellIO extends JupyterIO {
        CellIO() {
            super(UTF_8);
        }

        @Override
        protected void retractEnv(ShellReplyEnvironment env) {
            setJupyterInEnabled(false); // the rest stays
        }
    }

    @Override
    protected void replaceOutputStreams(ShellReplyEnvironment env) {
        // They are the cells' from the beginning to the end.
    }

    /** Whoever sees that a cell runs may interrupt it: so it runs before that is told. */
    @Override
    protected synchronized void handleExecuteRequest(ShellReplyEnvironment env,
            Message<ExecuteRequest> request) {
        running = new Cell();
        try {
            super.handleExecuteRequest(env, request);
        } finally {
            running = null;
        }
    }

    @Override
    public Object evalRaw(String code) {
        Cell cell = running;
        try {
            return evaluate(code, cell);
        } catch (IllegalStateException | Error defect) { // of JShell, or of memory: this cell's end
            throw new CellFailed(cell.interrupted ? INTERRUPTED : defect.toString());
        }
    }

    private static final String FRESH = "The kernel was started, and nothing is imported yet: run"
            + " the first cell, then those above this one (Cell, Run All Above).";
    private static final String INTERRUPTED = "Interrupted: the cell was stopped before its end."
            + " What it declared until then is there.";

    /** Piece by piece; the value of the last, where it is one that somebody may want to see. */
    private DisplayData evaluate(String code, Cell cell) {
        SourceCodeAnalysis analysis = shell.sourceCodeAnalysis();
        DisplayData value = null;
        for (String rest = code.stripLeading(); !rest.isEmpty(); ) {
            CompletionInfo piece = analysis.analyzeCompletion(rest);
            if (piece.completeness() == Completeness.EMPTY) break; // a comment
            boolean whole = piece.completeness().isComplete();
            value = null;
            int before = lines(code) - lines(rest);
            for (SnippetEvent event : shell.eval(whole ? piece.source() : rest)) {
                linesBefore.put(event.snippet().id(), before);
                if (cell.interrupted) throw new CellFailed(INTERRUPTED);
                if (event.exception() != null) throw new CellFailed(told(event.exception()));
                if (event.status() == Snippet.Status.REJECTED) throw refused(event.snippet());
                if (isShown(event)) value = new DisplayData(event.value());
            }
            rest = whole ? piece.remaining().stripLeading() : "";
        }
        return value;
    }

    private static int lines(String text) {
        return (int) text.chars().filter(each -> each == '\n').count();
    }

    private static boolean isShown(SnippetEvent event) {
        if (event.causeSnippet() != null || event.value() == null) return false;
        return !event.value().isEmpty() && switch (event.snippet().subKind()) {
            case TEMP_VAR_EXPRESSION_SUBKIND, VAR_VALUE_SUBKIND, OTHER_EXPRESSION_SUBKIND -> true;
            default -> false;
        };
    }

    /** The compiler's words, each with its line, and a mark below the place. */
    private CellFailed refused(Snippet snippet) {
        String words = shell.diagnostics(snippet).filter(Diag::isError)
                .map(diag -> place(snippet.source(), (int) diag.getStartPosition())
                        + diag.getMessage(Locale.ROOT))
                .collect(Collectors.joining("\n\n"));
        boolean fresh = shell.imports().findAny().isEmpty();
        return new CellFailed(words + (fresh ? "\n\n" + FRESH : ""));
    }

    private static String place(String source, int at) {
        if (at < 0 || at > source.length()) return "";
        int begin = source.lastIndexOf('\n', at - 1) + 1;
        int end = source.indexOf('\n', at);
        String line = source.substring(begin, end < 0 ? source.length() : end);
        return line + "\n" + " ".repeat(at - begin) + "^\n";
    }

    private String told(JShellException thrown) {
        if (thrown instanceof UnresolvedReferenceException unresolved) {
            return "This needs what is not there yet: " + shell.unresolvedDependencies(
                    unresolved.getSnippet()).collect(Collectors.joining(", "))
                    + ". Run the cell that declares it.";
        }
        var lines = new ArrayList<String>();
        for (Throwable each = thrown; each != null; each = each.getCause()) {
            String name = each instanceof EvalException of ? of.getExceptionClassName()
                    : each.getClass().getName();
            String message = each.getMessage() == null ? "" : ": " + each.getMessage();
            lines.add((lines.isEmpty() ? "" : "Caused by: ") + name + message);
            Stream.of(each.getStackTrace()).limit(FRAMES)
                    .forEach(frame -> lines.add("    at " + place(frame)));
        }
        return String.join("\n", lines);
    }

    /** JShell's own {@code .(#7:1)} is line 1 of its seventh snippet. */
    private String place(StackTraceElement frame) {
        Matcher own = SNIPPET.matcher(frame.toString());
        if (!own.matches()) return frame.toString();
        int line = Integer.parseInt(own.group(3)) + linesBefore.getOrDefault(own.group(2), 0);
        return (own.group(1).isEmpty() ? "the cell" : own.group(1)) + " (line " + line + ")";
    }

    @Override
    public List<String> formatError(Throwable failed) {
        return failed instanceof CellFailed ? failed.getMessage().lines().toList()
                : super.formatError(failed);
    }

    /**
     * Stops the cell that runs now, if one does. Code that is compiled just now, or catches what
     * stops it, is stopped again until it has ended.
     */
    @Override
    public void interrupt() {
        Cell cell = running;
        if (cell == null) return;
        cell.interrupted = true;
        Thread.ofPlatform().daemon().name("interrupt").start(() -> {
            while (running == cell) {
                shell.stop();
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        });
    }

    /** Signatures and Javadoc of what stands at this place: Shift-Tab. */
    @Override
    public DisplayData inspect(String code, int at, boolean extraDetail) {
        int begin = at;
        while (begin > 0 && Character.isJavaIdentifierPart(code.charAt(begin - 1))) begin--;
        int end = at;
        while (end < code.length() && Character.isJavaIdentifierPart(code.charAt(end))) end++;
        List<String> ours = begin == end ? List.of()
                : Javadoc.of(KernelMain.course(), code.substring(begin, end));
        if (!ours.isEmpty()) return new DisplayData(String.join("\n\n", ours));
        int after = end;
        while (after < code.length() && code.charAt(after) == ' ') after++;
        if (after < code.length() && code.charAt(after) == '(') end = after + 1;
        String text = shell.sourceCodeAnalysis().documentation(code, end, true).stream()
                .map(each -> each.signature() + (each.javadoc() == null ? ""
                        : "\n" + each.javadoc()))
                .distinct().collect(Collectors.joining("\n\n"));
        return text.isEmpty() ? null : new DisplayData(text);
    }

    @Override
    public ReplacementOptions complete(String code, int at) {
        int[] anchor = new int[1];
        List<String> words = shell.sourceCodeAnalysis().completionSuggestions(code, at, anchor)
                .stream().sorted((one, other) -> Boolean.compare(other.matchesType(),
                        one.matchesType()))
                .map(SourceCodeAnalysis.Suggestion::continuation).distinct().toList();
        return new ReplacementOptions(words, anchor[0], at);
    }

    @Override
    public String isComplete(String code) {
        return switch (shell.sourceCodeAnalysis().analyzeCompletion(code).completeness()) {
            case COMPLETE, COMPLETE_WITH_SEMI, EMPTY -> IS_COMPLETE_YES;
            case DEFINITELY_INCOMPLETE -> "    ";
            case CONSIDERED_INCOMPLETE -> IS_COMPLETE_MAYBE;
            case UNKNOWN -> IS_COMPLETE_BAD;
        };
    }

    @Override
    public void onShutdown(boolean isRestarting) {
        super.onShutdown(isRestarting);
        shell.close();
    }
}
