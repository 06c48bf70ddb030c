package workshop.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tests.Exercise;
import tests.Target;
import tests.TargetResolver;
import tests.clients.RawClient;
import workshop.checking.ExerciseCatalog.ExerciseTests;
import workshop.checking.Judge;
import workshop.checking.Verdict;
import workshop.checking.Verdict.Status;
import workshop.running.Server;

/** Whatever a server does to the test of an exercise, there is a verdict, and in time. */
class JudgeTest {
    private static final Duration LIMIT = Duration.ofMillis(500); // in the place of 30 s

    /** Tests that a hostile server leads astray, each in its own way. */
    @ExtendWith(TargetResolver.class)
    static class Astray {
        @Exercise(id = "1.1", title = "It fills the memory", hints = "h", starter = "s")
        class Memory {
            @Test
            @DisplayName("1.1 all of it is kept")
            void kept(Target target) {
                throw new OutOfMemoryError("made up");
            }
        }

        @Exercise(id = "1.2", title = "Another thread fills the memory", hints = "h", starter = "s")
        class MemoryOfAThread {
            @Test
            @DisplayName("1.2 all of it is kept by somebody else")
            void kept(Target target) throws Exception {
                try {
                    CompletableFuture.runAsync(() -> {
                        throw new OutOfMemoryError("made up");
                    }).get();
                } catch (java.util.concurrent.ExecutionException failed) {
                    throw new IllegalStateException(failed);
                }
            }
        }

        @Exercise(id = "1.3", title = "It never ends", hints = "h", starter = "s")
        class Endless {
            @Test
            @DisplayName("1.3 it reads on")
            void readsOn(Target target) {
                try (RawClient client = target.connect()) {
                    while (true) client.next(RawClient.PATIENCE);
                }
            }
        }

        @Exercise(id = "1.4", title = "It takes long", hints = "h", starter = "s")
        class Slow {
            @Test
            @DisplayName("1.4 first")
            void first(Target target) {
                pause();
            }

            @Test
            @DisplayName("1.4 second")
            void second(Target target) {
                pause();
            }

            @Test
            @DisplayName("1.4 third")
            void third(Target target) {
                pause();
            }

            @Test
            @DisplayName("1.4 fourth")
            void fourth(Target target) {
                pause();
            }

            @Test
            @DisplayName("1.4 fifth")
            void fifth(Target target) {
                throw new AssertionError("it is not reached");
            }

            private static void pause() {
                long end = System.nanoTime() + LIMIT.toNanos() * 8 / 10;
                for (long rest; (rest = end - System.nanoTime()) > 0; ) {
                    LockSupport.parkNanos(rest);
                }
            }
        }

        @Exercise(id = "1.5", title = "It is long", hints = "h", starter = "s")
        class Long {
            @Test
            @DisplayName("1.5 it quotes what came")
            void quotes(Target target) {
                throw new AssertionError("got “" + "x".repeat(1 << 20) + "”");
            }
        }
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(delimiter = '|', value = {
        "1.1| the program sent far more than any right answer has",
        "1.2| the program sent far more than any right answer has",
        "1.3| the test still read when its time was over",
        "1.4| the tests up to here took more than 1 s",
        "1.5| got “xxx",
    })
    @DisplayName("An exercise whose test is led astray fails, and says why")
    void fails(String id, String says) throws Exception {
        try (var door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            Thread.startVirtualThread(() -> sendWithoutEnd(door));
            long start = System.nanoTime();
            Verdict verdict = new Judge(LIMIT).judge(exercise(id), new Server() {
                @Override
                public String host() {
                    return "127.0.0.1";
                }

                @Override
                public int port() {
                    return door.getLocalPort();
                }

                @Override
                public String words(long since) {
                    return "\nthe program printed\n  a word";
                }
            });
            long millis = (System.nanoTime() - start) / 1_000_000;
            assertEquals(Status.FAILED, verdict.status());
            assertTrue(verdict.message().contains(says), verdict.message());
            assertTrue(verdict.message().contains("\n  a word"), verdict.message());
            assertTrue(verdict.message().length() < 25_000, verdict.message());
            assertTrue(millis < 5_000, millis + " ms");
        }
    }

    private static void sendWithoutEnd(ServerSocket door) {
        try (Socket client = door.accept()) {
            while (true) client.getOutputStream().write(new byte[8_192]);
        } catch (IOException gone) {
            return; // the test is over
        }
    }

    private static ExerciseTests exercise(String id) {
        for (Class<?> type : Astray.class.getDeclaredClasses()) {
            Exercise about = type.getAnnotation(Exercise.class);
            if (!about.id().equals(id)) continue;
            return new ExerciseTests(id, about.title(), List.of(), about.starter(), type);
        }
        throw new IllegalArgumentException(id);
    }
}
