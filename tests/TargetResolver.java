package tests;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands each test its {@link Target}, made of the configuration parameters {@code target.host},
 * {@code target.port}, {@code target.seed}, {@code target.limits} ({@code A=1,B=2}) and, where the
 * program can be started, {@code target.starter}: what {@link #offer} gave.
 */
public final class TargetResolver implements ParameterResolver {
    // JUnit's parameters are texts, so a starter waits here under a name.
    private static final Map<String, Starter> STARTERS = new ConcurrentHashMap<>();

    /** Keeps a starter until it is withdrawn; gives the name for {@code target.starter}. */
    public static String offer(Starter starter) {
        String name = "starter " + System.identityHashCode(starter) + " " + System.nanoTime();
        STARTERS.put(name, starter);
        return name;
    }

    public static void withdraw(String name) {
        STARTERS.remove(name);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return parameter.getParameter().getType() == Target.class;
    }

    @Override
    public Target resolveParameter(ParameterContext parameter, ExtensionContext test) {
        // Each test has its own random numbers: they stay the same whichever tests run beside it.
        long seed = Long.parseLong(given(test, "target.seed"));
        return new Target(given(test, "target.host"), Integer.parseInt(given(test, "target.port")),
                limits(given(test, "target.limits")),
                new Random(seed ^ test.getUniqueId().hashCode()),
                STARTERS.get(test.getConfigurationParameter("target.starter").orElse("")));
    }

    private static String given(ExtensionContext test, String name) {
        return test.getConfigurationParameter(name)
                .orElseThrow(() -> new IllegalStateException("no " + name + " was given"));
    }

    private static Map<String, String> limits(String pairs) {
        var limits = new HashMap<String, String>();
        for (String pair : pairs.split(",")) {
            int equals = pair.indexOf('=');
            if (equals > 0) limits.put(pair.substring(0, equals), pair.substring(equals + 1));
        }
        return limits;
    }
}
