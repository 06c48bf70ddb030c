package workshop.grading;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ImportTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import javax.tools.Diagnostic;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** What a compact source declares, as the compiler reads it. */
final class Members {
    private Members() {}

    /**
     * One of them.
     *
     * @param key  what makes two of them the same: the name, of a method its parameters' types, too
     * @param from where it begins in the source
     * @param to   where it ends
     * @param constant whether it is a field of a number or a text: in a lesson, a limit
     */
    record Member(String key, int from, int to, boolean constant) {}

    /** The members of {@code text}, imports among them; empty where it is not only such. */
    static Optional<List<Member>> of(String text) {
        var script = new SimpleJavaFileObject(URI.create("string:///cell.java"),
                JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreErrors) {
                return text;
            }
        };
        var failed = new AtomicBoolean();
        var javac = (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(null, null,
                said -> {
                    if (said.getKind() == Diagnostic.Kind.ERROR) failed.set(true);
                }, List.of("-proc:none"), null, List.of(script));
        var found = new ArrayList<Member>();
        try {
            for (CompilationUnitTree unit : javac.parse()) {
                var places = Trees.instance(javac).getSourcePositions();
                var all = new ArrayList<Tree>(unit.getImports());
                for (Tree type : unit.getTypeDecls()) {
                    boolean implicit = type instanceof ClassTree around
                            && places.getStartPosition(unit, around.getModifiers()) < 0
                            && around.getSimpleName().contentEquals("cell");
                    if (implicit) all.addAll(((ClassTree) type).getMembers());
                    else all.add(type);
                }
                for (Tree each : all) {
                    String key = key(each);
                    if (key == null) continue;
                    found.add(new Member(key, (int) places.getStartPosition(unit, each),
                            (int) places.getEndPosition(unit, each), each instanceof VariableTree
                            field && field.getType() != null && field.getType().toString()
                                    .matches("int|long|double|boolean|String|Duration")));
                }
            }
        } catch (IOException | RuntimeException | StackOverflowError unreadable) {
            return Optional.empty();
        }
        return failed.get() ? Optional.empty() : Optional.of(found);
    }

    private static String key(Tree member) {
        return switch (member) {
            case ImportTree imported -> imported.toString().strip();
            case MethodTree method when method.getReturnType() != null ->
                    method.getName() + method.getParameters().stream()
                            .map(each -> each.getType().toString().replaceAll("<.*>|\\s", ""))
                            .collect(Collectors.joining(",", "(", ")"));
            case ClassTree type -> "type " + type.getSimpleName();
            case VariableTree field -> "field " + field.getName();
            default -> null;
        };
    }
}
