package workshop.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import tests.clients.Resp;
import workshop.running.Children;
import workshop.running.Folders;

/** The real Redis, on a port and in a folder of its own. */
public final class RealRedis implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(10);

    private final String program = Needed.program("redis-server");
    private final boolean keeps;
    private final Path folder;
    private final int port;
    private Process process;

    private RealRedis(boolean keeps) throws IOException {
        this.keeps = keeps;
        folder = Files.createTempDirectory("redis");
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    /** One that keeps each write on its disk before it answers. Left out where there is none. */
    public static RealRedis start() throws IOException {
        return started(new RealRedis(true));
    }

    /** One that keeps all in memory alone, as it does where nobody asks for more. */
    public static RealRedis inMemory() throws IOException {
        return started(new RealRedis(false));
    }

    private static RealRedis started(RealRedis redis) throws IOException {
        redis.begin();
        return redis;
    }

    public int port() {
        return port;
    }

    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** On its port, with what it had on its disk. */
    public void begin() throws IOException {
        process = Children.start(new ProcessBuilder(List.of(program, "--port", "" + port, "--bind",
                "127.0.0.1", "--dir", folder.toString(), "--save", "", "--appendonly",
                keeps ? "yes" : "no",
                "--appendfsync", "always")).redirectErrorStream(true)
                .redirectOutput(folder.resolve("log").toFile()));
        Await.until("Redis to answer at port " + port, START, () -> "+PONG".equals(ask("PING")));
    }

    /** Does this, a word for each argument: the first line of its answer. */
    public String ask(String... words) throws IOException {
        return Resp.ask(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), words);
    }

    /** With SIGTERM; waits until it has gone. */
    public void end() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) throw new AssertionError("Redis goes on");
        Children.end(process);
    }

    /** With SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
        Children.end(process);
    }

    @Override
    public void close() {
        Children.end(process);
        Folders.delete(folder);
    }
}
