package workshop.course;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;

/** Finds the methods, records and fields of a script, as the compiler reads it. */
final class Declarations {
    private Declarations() {}

    /** Name to text, comments above left out; methods of one name stand together, in order. */
    static SequencedMap<String, String> of(String text) {
        var script = new SimpleJavaFileObject(URI.create("string:///lesson.java"),
                JavaFileObject.Kind.SOURCE) {
            @Override
            public CharSequence getCharContent(boolean ignoreErrors) {
                return text;
            }
        };
        var javac = (JavacTask) ToolProvider.getSystemJavaCompiler().getTask(null, null,
                error -> { /* what does not parse has no names; checking it is another's work */ },
                List.of("-proc:none"), null, List.of(script));
        var found = new LinkedHashMap<String, String>();
        try {
            for (CompilationUnitTree unit : javac.parse()) {
                var places = Trees.instance(javac).getSourcePositions();
                for (Tree type : unit.getTypeDecls()) {
                    if (!(type instanceof ClassTree around)) continue;
                    for (Tree member : around.getMembers()) {
                        int from = (int) places.getStartPosition(unit, member);
                        int to = (int) places.getEndPosition(unit, member);
                        String name = nameOf(member);
                        if (name == null || from < 0 || to < from) continue;
                        found.merge(name, text.substring(from, to),
                                (one, other) -> one + "\n\n" + other);
                    }
                }
            }
        } catch (IOException impossible) {
            throw new java.io.UncheckedIOException("the text is in memory", impossible);
        }
        return found;
    }

    private static String nameOf(Tree member) {
        return switch (member) {
            case MethodTree method -> method.getName().toString();
            case ClassTree type -> type.getSimpleName().toString();
            case VariableTree field -> field.getName().toString();
            default -> null;
        };
    }
}
