package tests;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands each test its {@link Target}: the one that was {@link #offer}ed under the name in the
 * configuration parameter {@code target}, with random numbers of the test's own.
 */
public final class TargetResolver implements ParameterResolver {
    /** JUnit's parameter that names the target. */
    public static final String PARAMETER = "target";

    private record Offered(Target target, long seed) {}

    // JUnit's parameters are texts, so a target waits here under a name.
    private static final Map<String, Offered> OFFERED = new ConcurrentHashMap<>();

    /** Keeps a target until it is withdrawn; gives its name. */
    public static String offer(Target target, long seed) {
        String name = "target " + System.identityHashCode(target) + " " + System.nanoTime();
        OFFERED.put(name, new Offered(target, seed));
        return name;
    }

    public static void withdraw(String name) {
        OFFERED.remove(name);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == Target.class;
    }

    @Override
    public Target resolveParameter(ParameterContext parameter, ExtensionContext test) {
        Offered offered = test.getConfigurationParameter(PARAMETER).map(OFFERED::get)
                .orElseThrow(() -> new IllegalStateException("no target was offered"));
        // Each test has its own random numbers: they stay the same whichever tests run beside it.
        return offered.target.with(new Random(offered.seed ^ test.getUniqueId().hashCode()));
    }
}
