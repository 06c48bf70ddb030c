package workshop.checking;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.MethodDescriptor;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.MethodOrdererContext;

/**
 * Runs tests in the order in which they are written, from the plain case to the odd one: the
 * first failure is the one to mend first. Reflection promises no order; the class file keeps the
 * source's.
 */
public final class SourceOrder implements MethodOrderer {
    @Override
    public void orderMethods(MethodOrdererContext tests) {
        List<String> written = methodsOf(tests.getTestClass());
        tests.getMethodDescriptors().sort(Comparator.comparingInt(
                (MethodDescriptor test) -> written.indexOf(test.getMethod().getName())));
    }

    private static List<String> methodsOf(Class<?> type) {
        String file = type.getName().substring(type.getName().lastIndexOf('.') + 1) + ".class";
        try (InputStream code = type.getResourceAsStream(file)) {
            var names = new ArrayList<String>();
            ClassFile.of().parse(code.readAllBytes()).methods()
                    .forEach(method -> names.add(method.methodName().stringValue()));
            return names;
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + file, unreadable);
        }
    }
}
