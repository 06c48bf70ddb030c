///usr/bin/env jbang "$0" "$@" ; exit $?
//JAVA 25+
//DEPS de.jplag:jplag:5.1.0
//DEPS org.slf4j:slf4j-simple:2.0.18
//RUNTIME_OPTIONS -Dorg.slf4j.simpleLogger.defaultLogLevel=off

// Which of many programs are like each other? `./jbang grade --similar` runs this behind its walls,
// as it reads what strangers wrote. It is no part of the tool: nobody else needs JPlag's jars.
//
//   Similar.java FOLDER      FOLDER/<exercise>/base/       what all were given
//                            FOLDER/<exercise>/all/<n>/    what each made of it
//
// It prints a line for each pair: exercise, two numbers n, percent of the first and of the second
// that is in the other, how many tokens that is; and `unread` or `large` with a number for what it
// cannot read, and what is too large to compare.

import com.sun.source.tree.*;
import com.sun.source.util.*;
import de.jplag.*;
import de.jplag.options.*;
import javax.tools.*;

static final int SHORTEST_MATCH = 12;   // tokens in a row; less is found in anything

// A whole lesson, solved, has less than 2,000. Time grows faster than the square of their number:
// two of 20,000 that are made for it take minutes, and two of these a second or two.
static final int MOST_TOKENS = 4_000;

void main(String[] arguments) throws IOException {
    try (Stream<Path> exercises = Files.list(Path.of(arguments[0]))) {
        for (Path exercise : exercises.sorted().toList()) compare(exercise);
    }
}

void compare(Path exercise) {
    var java = new CompactJava();
    var options = new JPlagOptions(java, Set.of(exercise.resolve("all").toFile()), Set.of())
            .withBaseCodeSubmissionDirectory(exercise.resolve("base").toFile())
            .withMinimumTokenMatch(SHORTEST_MATCH)
            .withMaximumNumberOfComparisons(JPlagOptions.SHOW_ALL_COMPARISONS)
            .withClusteringOptions(new de.jplag.clustering.ClusteringOptions().withEnabled(false));
    List<JPlagComparison> pairs;
    try {
        pairs = JPlag.run(options).getAllComparisons();
    } catch (de.jplag.exceptions.ExitException fewerThanTwo) {
        pairs = List.of();
    }
    String name = exercise.getFileName().toString();
    java.unread.forEach(number -> IO.println(name + "\tunread\t" + number));
    java.large.forEach(number -> IO.println(name + "\tlarge\t" + number));
    for (JPlagComparison pair : pairs) {
        IO.println(String.join("\t", name, pair.firstSubmission().getName(),
                pair.secondSubmission().getName(), percent(pair.similarityOfFirst()),
                percent(pair.similarityOfSecond()), "" + pair.getNumberOfMatchedTokens()));
    }
}

static String percent(double share) {
    return "" + Math.round(share * 100);
}

/** JPlag's own module for Java reads Java 21. This one reads what this JDK does. */
static final class CompactJava implements Language {
    final Set<String> unread = new TreeSet<>();
    final Set<String> large = new TreeSet<>();

    @Override
    public String[] suffixes() {
        return new String[] {".java"};
    }

    @Override
    public String getName() {
        return "Java";
    }

    @Override
    public String getIdentifier() {
        return "java";
    }

    @Override
    public int minimumTokenMatch() {
        return SHORTEST_MATCH;
    }

    @Override
    public List<Token> parse(Set<File> files, boolean normalize) throws ParsingException {
        var tokens = new ArrayList<Token>();
        for (File file : files) {
            try {
                read(file, tokens);
            } catch (TooManyTokens stopped) {
                large.add(file.getParentFile().getName());
                throw new ParsingException(file);
            } catch (IOException | RuntimeException | AssertionError | StackOverflowError odd) {
                unread.add(file.getParentFile().getName());
                throw new ParsingException(file);
            }
            tokens.add(Token.fileEnd(file));
        }
        return tokens;
    }

    private void read(File file, List<Token> tokens) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        // Mistakes are no matter: javac reads on behind them.
        DiagnosticListener<JavaFileObject> deaf = _ -> {};
        try (var manager = compiler.getStandardFileManager(deaf, null, null)) {
            var task = (JavacTask) compiler.getTask(Writer.nullWriter(), manager, deaf,
                    List.of("-proc:none"), null, manager.getJavaFileObjects(file));
            SourcePositions places = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                new Tokens(file, unit, places, tokens).scan(unit, null);
            }
        }
    }
}

static final class TooManyTokens extends RuntimeException {}

/** What a token says: the shape of the code, and the names that a copier cannot change. */
record Says(String getDescription) implements TokenType {}

/**
 * Statements and expressions, in order. Names of variables, of own methods and types, comments and
 * the values of literals say nothing, so who renames them hides nothing.
 */
static final class Tokens extends TreeScanner<Void, Void> {
    private final File file;
    private final CompilationUnitTree unit;
    private final SourcePositions places;
    private final List<Token> tokens;
    private final Set<String> own = new HashSet<>();

    Tokens(File file, CompilationUnitTree unit, SourcePositions places, List<Token> tokens) {
        this.file = file;
        this.unit = unit;
        this.places = places;
        this.tokens = tokens;
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitMethod(MethodTree method, Void nothing) {
                own.add(method.getName().toString());
                return super.visitMethod(method, nothing);
            }
        }.scan(unit, null);
    }

    @Override
    public Void scan(Tree tree, Void nothing) {
        if (tree == null) return null;
        switch (tree.getKind()) {
            case COMPILATION_UNIT, IDENTIFIER, MODIFIERS, PRIMITIVE_TYPE, PARAMETERIZED_TYPE,
                 MEMBER_SELECT, EXPRESSION_STATEMENT, PARENTHESIZED, IMPORT, ANNOTATION,
                 ARRAY_TYPE, EMPTY_STATEMENT, ERRONEOUS -> {}
            case METHOD_INVOCATION -> add(tree, "call " + called((MethodInvocationTree) tree));
            default -> add(tree, tree.getKind().name());
        }
        super.scan(tree, nothing);
        switch (tree.getKind()) {
            case BLOCK, CLASS, RECORD, ENUM, INTERFACE, LAMBDA_EXPRESSION, SWITCH,
                 SWITCH_EXPRESSION -> add(tree, "end of " + tree.getKind());
            default -> {}
        }
        return null;
    }

    /** The JDK's and Javalin's methods keep their names, whoever calls them. */
    private String called(MethodInvocationTree call) {
        String name = switch (call.getMethodSelect()) {
            case IdentifierTree identifier -> identifier.getName().toString();
            case MemberSelectTree member -> member.getIdentifier().toString();
            default -> "";
        };
        return own.contains(name) ? "" : name;
    }

    private void add(Tree tree, String says) {
        if (tokens.size() == MOST_TOKENS) throw new TooManyTokens();
        long start = Math.max(0, places.getStartPosition(unit, tree));
        int line = (int) unit.getLineMap().getLineNumber(start);
        tokens.add(new Token(new Says(says), file, Math.max(1, line), 1, 1));
    }
}
