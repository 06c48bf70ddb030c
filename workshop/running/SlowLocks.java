package workshop.running;

import java.io.IOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassHierarchyResolver.ClassHierarchyInfo;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Instruction;
import java.lang.classfile.Opcode;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.MonitorInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.reflect.AccessFlag;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lets a thread that has left a lock rest there where the tests ask for it ({@code LOCK_PAUSE_MS}).
 * A thread that leaves a lock and takes it again at once gets it, as good as always, though others
 * have waited for longer: so two steps under one lock each pass for one, by luck. What is given
 * cannot see the gap between them, since nothing of it runs there. So a call of
 * {@code given.Pause.outside()} is put behind each end of a {@code synchronized} block, each
 * {@code unlock()} and {@code release()}, and each call of a {@code synchronized} method.
 */
final class SlowLocks {
    private static final ClassDesc PAUSE = ClassDesc.of("given.Pause");
    private static final MethodTypeDesc NOTHING = MethodTypeDesc.of(ConstantDescs.CD_void);
    private static final Set<String> LEAVING = Set.of("unlock()V", "release()V");

    private SlowLocks() {}

    /** In all classes of a folder. */
    static void in(Path classes, List<Path> classPath) throws IOException {
        var urls = Stream.concat(Stream.of(classes), classPath.stream()).map(SlowLocks::url);
        try (var loader = new URLClassLoader(urls.toArray(URL[]::new));
                Stream<Path> files = Files.walk(classes)) {
            // What is not there is taken for an interface, of which nothing needs to be known.
            var known = ClassHierarchyResolver.ofResourceParsing(loader)
                    .orElse(_ -> ClassHierarchyInfo.ofInterface()).cached();
            var format = ClassFile.of(ClassHierarchyResolverOption.of(known));
            var models = new LinkedHashMap<Path, ClassModel>();
            for (Path file : files.filter(each -> each.toString().endsWith(".class")).toList()) {
                models.put(file, format.parse(Files.readAllBytes(file)));
            }
            Set<String> locked = models.values().stream().flatMap(SlowLocks::locked)
                    .collect(Collectors.toSet());
            for (var each : models.entrySet()) {
                if (!hasLocks(each.getValue(), locked)) continue;
                try {
                    Files.write(each.getKey(), slowed(format, each.getValue(), locked));
                } catch (IllegalArgumentException odd) {
                    continue; // it runs as it was compiled, and its locks are as quick as they are
                }
            }
        }
    }

    private static URL url(Path place) {
        try {
            return place.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The methods that hold a lock while they run. */
    private static Stream<String> locked(ClassModel model) {
        return model.methods().stream()
                .filter(method -> method.flags().has(AccessFlag.SYNCHRONIZED))
                .map(method -> method.methodName().stringValue()
                        + method.methodType().stringValue());
    }

    private static boolean hasLocks(ClassModel model, Set<String> locked) {
        return model.methods().stream().flatMap(method -> method.code().stream())
                .flatMap(code -> code.elementStream()).anyMatch(each -> leaves(each, locked));
    }

    private static boolean leaves(CodeElement element, Set<String> locked) {
        return switch (element) {
            case MonitorInstruction lock -> lock.opcode() == Opcode.MONITOREXIT;
            case InvokeInstruction call -> {
                String what = call.name().stringValue() + call.type().stringValue();
                yield LEAVING.contains(what) || locked.contains(what);
            }
            default -> false;
        };
    }

    private static byte[] slowed(ClassFile format, ClassModel model, Set<String> locked) {
        return format.transformClass(model, ClassTransform.transformingMethodBodies(
                CodeTransform.ofStateful(() -> new Slowed(locked))));
    }

    /** Of one method. The call stands behind the label that ends what is locked. */
    private static final class Slowed implements CodeTransform {
        private final Set<String> locked;
        private boolean left;

        Slowed(Set<String> locked) {
            this.locked = locked;
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (left && element instanceof Instruction) {
                code.invokestatic(PAUSE, "outside", NOTHING);
                left = false;
            }
            code.with(element);
            left |= leaves(element, locked);
        }
    }
}
