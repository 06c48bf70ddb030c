package tests;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Hands each test its {@link Target}, made of the configuration parameters {@code target.host},
 * {@code target.port}, {@code target.seed} and {@code target.limits} ({@code A=1,B=2}).
 */
public final class TargetResolver implements ParameterResolver {
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
                new Random(seed ^ test.getUniqueId().hashCode()));
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
