package workshop.checking;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.engine.JupiterTestEngine;
import org.junit.platform.engine.CancellationToken;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.Launcher;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherConfig;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherExecutionRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import tests.Star;
import tests.Starter;
import tests.Target;
import tests.TargetResolver;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.checking.Verdict.Status;
import workshop.running.Server;

/** Runs the JUnit tests of one exercise against a host and a port, up to the first that fails. */
public final class Judge {
    /** What one test may take: beyond all waits inside of it. */
    public static final Duration TEST_LIMIT = Duration.ofSeconds(30);

    /** Before the name of the test that failed, in the second line of a message. */
    static final String TESTED = "in the test  ";

    private static final int TEST_LIMITS = 3; // that an exercise may take, with all its tests
    private static final int SHOWN = 20_000;  // letters of a failure: reports hold thousands
    /** What is said of an exercise whose test had no memory left. */
    public static final String TOO_MUCH = "the test's memory was full: the program sent far more"
            + " than any right answer has, in one piece or in many. Does it send without end?";

    private final Duration testLimit;
    private final Launcher junit = LauncherFactory.create(LauncherConfig.builder()
            .enableTestEngineAutoRegistration(false)
            .enableLauncherSessionListenerAutoRegistration(false)
            .enableLauncherDiscoveryListenerAutoRegistration(false)
            .enableTestExecutionListenerAutoRegistration(false)
            .enablePostDiscoveryFilterAutoRegistration(false)
            .addTestEngines(new JupiterTestEngine())
            .build());

    public Judge() {
        this(TEST_LIMIT);
    }

    public Judge(Duration testLimit) {
        this.testLimit = testLimit;
    }

    /**
     * What the tests of {@code exercise} say of {@code server}; of a failure, also what that has
     * printed meanwhile.
     */
    public Verdict judge(ExerciseTests exercise, Server server) {
        long seed = ThreadLocalRandom.current().nextLong(1_000_000_000);
        String target = TargetResolver.offer(new Target(server.host(), server.port(),
                server.limits(), new Random(seed), starter(server)), seed);
        long before = server.position();
        try {
            return judge(exercise, target, seed, () -> server.words(before));
        } finally {
            TargetResolver.withdraw(target);
        }
    }

    /** The tests know nothing of how a program is run. */
    private static Starter starter(Server server) {
        return new Starter() {
            @Override
            public Optional<Started> start(String... arguments) {
                return server.client(arguments).map(Judge::started);
            }

            @Override
            public boolean canStart() {
                return server.startsMore();
            }

            @Override
            public Optional<Started> start(Map<String, String> environment, String... arguments) {
                return server.client(environment, arguments).map(Judge::started);
            }

            @Override
            public OptionalInt threads() {
                return server.threads();
            }
        };
    }

    private static Starter.Started started(Server.Client client) {
        return new Starter.Started() {
            @Override
            public String output() {
                return client.output();
            }

            @Override
            public boolean isAlive() {
                return client.isAlive();
            }

            @Override
            public boolean askToEnd() {
                return client.askToEnd();
            }

            @Override
            public void close() {
                client.close();
            }
        };
    }

    private Verdict judge(ExerciseTests exercise, String target, long seed,
            Supplier<String> beside) {
        LauncherDiscoveryRequest tests = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectNestedClass(
                        List.of(exercise.type().getEnclosingClass()), exercise.type()))
                .filters(partOf(exercise))
                .configurationParameter(TargetResolver.PARAMETER, target)
                .configurationParameter("junit.jupiter.testmethod.order.default",
                        SourceOrder.class.getName())
                .configurationParameter("junit.jupiter.execution.timeout.testable.method.default",
                        testLimit.toMillis() + " ms")
                .build();
        var stop = CancellationToken.create();
        long start = System.nanoTime();
        var watch = new Watch(stop, beside, testLimit);
        try {
            junit.execute(LauncherExecutionRequestBuilder.request(tests)
                    .listeners(watch).cancellationToken(stop).build());
        } catch (OutOfMemoryError full) { // JUnit passes it on
            if (watch.failure == null) watch.failure = TOO_MUCH + beside.get();
        }
        long millis = (System.nanoTime() - start) / 1_000_000;
        if (watch.failure == null && watch.aborted != null) {
            return exercise.unrun(Status.SKIPPED, watch.aborted);
        }
        String message = watch.failure == null ? ""
                : shortened(watch.failure) + "\n(seed " + seed + ")";
        if (watch.failure == null && watch.passed == 0) {
            message = "no test ran: this is a defect of the tests, not of the answer";
        }
        return new Verdict(exercise.id(), exercise.title(),
                message.isEmpty() ? Status.PASSED : Status.FAILED, millis, message);
    }

    /** A star's tests are marked, the core's are not. */
    private static PostDiscoveryFilter partOf(ExerciseTests exercise) {
        return test -> FilterResult.includedIf(test.getSource()
                .filter(MethodSource.class::isInstance).map(MethodSource.class::cast)
                .map(method -> method.getJavaMethod().isAnnotationPresent(Star.class)
                        == exercise.isStar()).orElse(true));
    }

    private static String shortened(String failure) {
        if (failure.length() <= SHOWN) return failure;
        return failure.substring(0, SHOWN / 2) + "\n…\n"
                + failure.substring(failure.length() - SHOWN / 2);
    }

    private static final class Watch implements TestExecutionListener {
        private final CancellationToken stop;
        private final Supplier<String> beside;
        private final Duration testLimit;
        private final long start = System.nanoTime();
        private String failure;
        private String aborted;
        private int passed;

        Watch(CancellationToken stop, Supplier<String> beside, Duration testLimit) {
            this.stop = stop;
            this.beside = beside;
            this.testLimit = testLimit;
        }

        @Override
        public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            if (result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
                if (test.isTest()) passed++;
                if (test.isTest()) endInTime();
                return;
            }
            if (failure != null) return;
            if (result.getStatus() == TestExecutionResult.Status.ABORTED) {
                aborted = result.getThrowable().map(Throwable::getMessage).orElse("not told why");
                return;
            }
            String words = words(result.getThrowable().orElse(null)).stripTrailing();
            int sentence = words.indexOf('\n') < 0 ? words.length() : words.indexOf('\n');
            failure = words.substring(0, sentence) + "\n" + TESTED + test.getDisplayName()
                    + words.substring(sentence) + beside.get();
            stop.cancel();
        }

        /** Each test may have been quick enough, and all together hold the judge for minutes. */
        private void endInTime() {
            Duration most = testLimit.multipliedBy(TEST_LIMITS);
            if (failure != null || System.nanoTime() - start < most.toNanos()) return;
            failure = "the tests up to here took more than " + most.toSeconds() + " s, since the"
                    + " program answers so slowly; the others did not run" + beside.get();
            stop.cancel();
        }

        /** A failed expectation speaks for itself; anything else is the tests' own defect. */
        private String words(Throwable thrown) {
            if (thrown == null) return "the test was stopped";
            if (isOutOfMemory(thrown)) return TOO_MUCH;
            if (thrown instanceof TimeoutException) {
                return "the test was stopped after " + testLimit.toSeconds() + " s, since the"
                        + " program answers so slowly, or never comes to an end"
                        + Stream.of(thrown.getSuppressed())
                                .filter(AssertionError.class::isInstance)
                                .map(late -> ":\n" + late.getMessage()).findFirst().orElse("");
            }
            if (thrown instanceof AssertionError && thrown.getMessage() != null) {
                return thrown.getMessage();
            }
            Throwable cause = thrown instanceof UncheckedIOException wrapped
                    && wrapped.getCause() instanceof IOException io ? io : thrown;
            StackTraceElement[] at = cause.getStackTrace();
            return "the test itself stopped: " + cause
                    + (at.length > 0 ? "\n  at " + at[0] : "");
        }

        /** Also where it was thrown in another thread of the test. */
        private static boolean isOutOfMemory(Throwable thrown) {
            for (int depth = 0; thrown != null && depth < 10; depth++) {
                if (thrown instanceof OutOfMemoryError) return true;
                thrown = thrown.getCause();
            }
            return false;
        }
    }
}
