package workshop.testing;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import workshop.running.Children;
import workshop.running.Folders;

/**
 * The real nginx with {@code lessons/given/nginx.conf}, in a folder and on ports of its own. The
 * certificate is made by the very command that stands in that file.
 */
public final class RealNginx implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(20);
    private static final Path GIVEN = MadeUp.real().given().resolve("nginx.conf");

    private final String program = Needed.program("nginx", "/usr/sbin/nginx");
    private final Path folder = Files.createTempDirectory("nginx");
    private final Map<Integer, Integer> ports = new HashMap<>();
    private final Process process;

    private RealNginx(Map<Integer, Integer> servers) throws IOException, InterruptedException {
        try {
            String conf = Files.readString(GIVEN);
            ports.putAll(servers);
            for (int port : List.of(8413, 8414)) ports.put(port, free());
            for (var each : ports.entrySet()) {
                conf = conf.replaceAll("\\b" + each.getKey() + "\\b", "" + each.getValue());
            }
            Files.writeString(folder.resolve("nginx.conf"), conf);
            certify(conf);
            process = Children.start(new ProcessBuilder(program, "-p", folder.toString(), "-c",
                    "nginx.conf").redirectErrorStream(true)
                    .redirectOutput(folder.resolve("log").toFile()));
        } catch (IOException | RuntimeException | AssertionError failed) {
            Folders.delete(folder);
            throw failed;
        }
        try {
            Await.until("nginx to listen; it says: " + Files.readString(folder.resolve("log")),
                    START, () -> {
                        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port(13))) {
                            return socket.isConnected();
                        } catch (IOException notYet) {
                            return false;
                        }
                    });
        } catch (Throwable never) {
            close();
            throw never;
        }
    }

    /**
     * Left out where this machine has none.
     *
     * @param servers the ports of that file, 7013 or 7014 and 8014, and where those servers are
     */
    public static RealNginx before(Map<Integer, Integer> servers)
            throws IOException, InterruptedException {
        return new RealNginx(servers);
    }

    /** Where it listens for lesson 13 or 14, with TLS. */
    public int port(int lesson) {
        return ports.get(8400 + lesson);
    }

    /** Believes its certificate, and no other. */
    public SSLContext believing() throws GeneralSecurityException, IOException {
        try (InputStream file = Files.newInputStream(folder.resolve("cert.pem"))) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            store.setCertificateEntry("nginx",
                    CertificateFactory.getInstance("X.509").generateCertificate(file));
            var trust = TrustManagerFactory.getInstance(
                    TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        }
    }

    /** A file that it writes, {@code access.log}. */
    public String written(String name) throws IOException {
        return Files.readString(folder.resolve(name));
    }

    private static int free() throws IOException {
        try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private void certify(String conf) throws IOException, InterruptedException {
        String command = conf.lines().filter(line -> line.startsWith("#   openssl "))
                .findFirst().orElseThrow().substring(4).replace("\"", "");
        var words = new ArrayList<>(List.of(command.split(" ")));
        words.set(0, Needed.program("openssl"));
        Process made = new ProcessBuilder(words).directory(folder.toFile())
                .redirectErrorStream(true).redirectOutput(folder.resolve("log").toFile()).start();
        if (!made.waitFor(START.toSeconds(), TimeUnit.SECONDS) || made.exitValue() != 0) {
            made.destroyForcibly();
            throw new AssertionError("no certificate: " + command + "\n" + written("log"));
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) process.destroyForcibly();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        Children.end(process);
        Folders.delete(folder);
    }
}
