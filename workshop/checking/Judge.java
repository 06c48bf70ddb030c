package workshop.checking;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherExecutionRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import tests.Starter;
import tests.TargetResolver;
import workshop.checking.LessonTests.ExerciseTests;
import workshop.checking.Verdict.Status;

/** Runs the JUnit tests of one exercise against a host and a port, up to the first that fails. */
public final class Judge {
    private static final String TEST_LIMIT = "30 s"; // beyond all waits inside a test

    private final Launcher junit = LauncherFactory.create(LauncherConfig.builder()
            .enableTestEngineAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false)
            .enableTestExecutionListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .addTestEngines(new JupiterTestEngine())
            .build());

    /**
     * @param limits  what the server was started with, {@code "IDLE_MS=1500"}; empty: unknown
     * @param starter starts the program as a client; null where that cannot be done
     * @param beside  asked when a test has failed: what else belongs into the message
     */
    public Verdict judge(ExerciseTests exercise, String host, int port, String limits,
            Starter starter, Supplier<String> beside) {
        String offered = starter == null ? "" : TargetResolver.offer(starter);
        try {
            return judge(exercise, host, port, limits, offered, beside);
        } finally {
            TargetResolver.withdraw(offered);
        }
    }

    private Verdict judge(ExerciseTests exercise, String host, int port, String limits,
            String starter, Supplier<String> beside) {
        long seed = ThreadLocalRandom.current().nextLong(1_000_000_000);
        LauncherDiscoveryRequest tests = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectNestedClass(
                        List.of(exercise.type().getEnclosingClass()), exercise.type()))
                .configurationParameter("target.host", host)
                .configurationParameter("target.port", String.valueOf(port))
                .configurationParameter("target.seed", String.valueOf(seed))
                .configurationParameter("target.limits", limits)
                .configurationParameter("target.starter", starter)
                .configurationParameter("junit.jupiter.testmethod.order.default",
                        SourceOrder.class.getName())
                .configurationParameter("junit.jupiter.execution.timeout.testable.method.default",
                        TEST_LIMIT)
                .build();
        var stop = CancellationToken.create();
        var watch = new Watch(stop, beside);
        long start = System.nanoTime();
        junit.execute(LauncherExecutionRequestBuilder.request(tests)
                .listeners(watch).cancellationToken(stop).build());
        long millis = (System.nanoTime() - start) / 1_000_000;
        if (watch.failure == null && watch.aborted != null) {
            return new Verdict(exercise.id(), exercise.title(), Status.SKIPPED, 0, watch.aborted);
        }
        String message = watch.failure == null ? "" : watch.failure + "\n(seed " + seed + ")";
        if (watch.failure == null && watch.passed == 0) {
            message = "no test ran: this is a defect of the tests, not of the answer";
        }
        return new Verdict(exercise.id(), exercise.title(),
                message.isEmpty() ? Status.PASSED : Status.FAILED, millis, message);
    }

    private static final class Watch implements TestExecutionListener {
        private final CancellationToken stop;
        private final Supplier<String> beside;
        private String failure;
        private String aborted;
        private int passed;

        Watch(CancellationToken stop, Supplier<String> beside) {
            this.stop = stop;
            this.beside = beside;
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
                if (test.isTest()) passed++;
                return;
            }
            if (failure != null) return;
            if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
                aborted = result.getThrowable().map(Throwable::getMessage).orElse("not told why");
                return;
            }
            failure = test.getDisplayName() + "\n"
                    + words(result.getThrowable().orElse(null)).stripTrailing() + beside.get();
            stop.cancel();
        }

        /** A failed expectation speaks for itself; anything else is the tests' own defect. */
        private static String words(Throwable thrown) {
            if (thrown == null) return "the test was stopped";
            if (thrown instanceof AssertionError && thrown.getMessage() != null) {
                return thrown.getMessage();
            }
            Throwable cause = thrown instanceof UncheckedIOException wrapped
                    && wrapped.getCause() instanceof IOException io ? io : thrown;
            StackTraceElement[] at = cause.getStackTrace();
            return "the test itself stopped: " + cause
                    + (at.length > 0 ? "\n  at " + at[0] : "");
        }
    }
}
