package workshop.testing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static workshop.testing.TestAll.FULL;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.zeromq.SocketType;
import org.zeromq.ZContext;
import org.zeromq.ZMQ;
import org.zeromq.ZMsg;

/** The kernel, spoken to in Jupyter's own protocol (jupyter_client's "Messaging", 5.3). */
@DisplayName("the kernel")
class KernelTest {
    private static final int STARTS = FULL ? 50 : 4;
    private static final int INTERRUPTS = FULL ? 50 : 15;
    private static final int PATIENCE_MS = 60_000;
    private static final int SOON_MS = 5_000; // 0.3 s, on a machine that has time
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    static Path folder;
    static List<String> command = new ArrayList<>();

    @BeforeAll
    static void install() throws IOException {
        Path home = Files.createDirectory(folder.resolve("a home"));
        Command.tool("notebooks", "--install-only").with("HOME", home.toString())
                .with("JUPYTER_DATA_DIR", home.resolve("data").toString())
                .run(Duration.ofMinutes(3)).expectExit(0);
        JSON.readTree(home.resolve("data/kernels/java/kernel.json").toFile()).path("argv")
                .forEach(word -> command.add(word.asText()));
    }

    @Test
    @DisplayName("who asks once, in the very moment of the start, gets its answer")
    void answersTheFirst() throws Exception {
        for (int i = 0; i < STARTS; i++) {
            try (var kernel = new Kernel()) {
                kernel.send(kernel.shell, "kernel_info_request", "{}");
                JsonNode info = kernel.read(kernel.shell, PATIENCE_MS);
                assertEquals("Java", info.at("/content/language_info/name").asText(),
                        "start " + i + ": " + info);
            }
        }
    }

    @Test
    @DisplayName("each interrupt ends its cell with an error, and the next cell runs")
    void survivesInterrupts() throws Exception {
        List<String> endless = List.of("while (true);", "Thread.sleep(1_000_000)",
                "while (true) { try { Thread.sleep(1_000); } catch (Exception on) { } }",
                "java.util.concurrent.locks.LockSupport.park()",
                "new java.util.concurrent.CountDownLatch(1).await()");
        try (var kernel = new Kernel()) {
            assertEquals("ok", kernel.run("int answer = 42;", false, PATIENCE_MS));
            for (int i = 0; i < INTERRUPTS; i++) {
                String cell = endless.get(i % endless.size());
                assertEquals("error", kernel.run(cell, true, SOON_MS), cell);
                assertEquals("ok", kernel.run("answer", false, SOON_MS), "behind " + cell);
                assertTrue(kernel.seen.contains("42"), kernel.seen);
            }
        }
    }

    @Test
    @DisplayName("what a cell says, gives and gets wrong is told with its own line")
    void tells() throws Exception {
        try (var kernel = new Kernel()) {
            kernel.run("System.out.println(\"hello\");\n\"a \" + 6 * 7", false, PATIENCE_MS);
            assertTrue(kernel.seen.contains("hello"), kernel.seen);
            assertTrue(kernel.seen.contains("a 42"), kernel.seen);
            kernel.run("int one = 1;\nInteger.parseInt(\"x\" + one)", false, SOON_MS);
            assertTrue(kernel.seen.contains("NumberFormatException: For input string"),
                    kernel.seen);
            assertTrue(kernel.seen.contains("the cell (line 2)"), kernel.seen);
            kernel.run("int two = ;", false, SOON_MS);
            assertTrue(kernel.seen.contains("illegal start of expression"), kernel.seen);
            assertTrue(kernel.seen.contains("run the first cell"), kernel.seen);
            kernel.run("import given.*;", false, SOON_MS);
            kernel.send(kernel.shell, "inspect_request", "{\"code\": \"new Outbox(\","
                    + " \"cursor_pos\": 8, \"detail_level\": 0}");
            assertTrue(kernel.read(kernel.shell, SOON_MS).at("/content/data/text~1plain").asText()
                    .contains("9.4"), "Shift-Tab shows which exercise it answers");
            kernel.run("void later() { missing(); }\nlater()", false, SOON_MS);
            assertTrue(kernel.seen.contains("Run the cell that declares it"), kernel.seen);
            kernel.run("new Thread(() -> System.out.println(\"behind\")).start();", false, SOON_MS);
            kernel.run("Thread.sleep(50)", false, SOON_MS);
            assertEquals("ok", kernel.run("// a comment alone", false, SOON_MS));
        }
    }

    /** One process, and the two ends that a front end has of it: both are there before it is. */
    private static final class Kernel implements AutoCloseable {
        final ZContext context = new ZContext();
        final ZMQ.Socket shell = context.createSocket(SocketType.DEALER);
        final ZMQ.Socket control = context.createSocket(SocketType.DEALER);
        final ZMQ.Socket output = context.createSocket(SocketType.SUB);
        final String key = UUID.randomUUID().toString();
        final String session = UUID.randomUUID().toString();
        final Process process;
        String seen = ""; // of the last cell: all that came

        Kernel() throws IOException {
            ObjectNode file = JSON.createObjectNode().put("transport", "tcp")
                    .put("ip", "127.0.0.1").put("key", key)
                    .put("signature_scheme", "hmac-sha256");
            for (String name : List.of("shell", "control", "iopub", "stdin", "hb")) {
                try (var free = new ServerSocket(0)) {
                    file.put(name + "_port", free.getLocalPort());
                }
            }
            Path connection = Files.writeString(folder.resolve(session + ".json"),
                    file.toString());
            output.subscribe(new byte[0]);
            shell.connect("tcp://127.0.0.1:" + file.get("shell_port"));
            control.connect("tcp://127.0.0.1:" + file.get("control_port"));
            output.connect("tcp://127.0.0.1:" + file.get("iopub_port"));
            var words = new ArrayList<>(command);
            words.replaceAll(word -> word.replace("{connection_file}", connection.toString()));
            process = new ProcessBuilder(words).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
        }

        String send(ZMQ.Socket socket, String type, String content) throws IOException {
            String id = UUID.randomUUID().toString();
            String header = JSON.createObjectNode().put("msg_id", id).put("session", session)
                    .put("username", "test").put("date", Instant.now().toString())
                    .put("msg_type", type).put("version", "5.3").toString();
            var parts = List.of(header, "{}", "{}", content);
            var message = new ZMsg();
            message.add("<IDS|MSG>");
            message.add(signed(parts));
            parts.forEach(message::add);
            message.send(socket);
            return id;
        }

        private String signed(List<String> parts) {
            try {
                Mac mac = Mac.getInstance("HmacSHA256");
                mac.init(new SecretKeySpec(key.getBytes(UTF_8), "HmacSHA256"));
                parts.forEach(part -> mac.update(part.getBytes(UTF_8)));
                return HexFormat.of().formatHex(mac.doFinal());
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException(impossible);
            }
        }

        JsonNode read(ZMQ.Socket socket, int patience) throws IOException {
            socket.setReceiveTimeOut(patience);
            ZMsg message = ZMsg.recvMsg(socket);
            if (message == null) {
                throw new AssertionError("the kernel did not answer for " + patience + " ms");
            }
            while (!message.popString().equals("<IDS|MSG>")) continue;
            message.popString(); // the signature
            ObjectNode read = JSON.createObjectNode();
            for (String part : List.of("header", "parent", "metadata", "content")) {
                read.set(part, JSON.readTree(message.popString()));
            }
            return read;
        }

        /** Runs a cell, and interrupts it once it runs; "ok" or "error". */
        String run(String code, boolean interrupted, int patience) throws IOException {
            String id = send(shell, "execute_request", JSON.createObjectNode().put("code", code)
                    .put("silent", false).put("store_history", true).put("allow_stdin", false)
                    .put("stop_on_error", false).toString());
            var all = new StringBuilder();
            String state = "";
            while (!state.equals("idle")) {
                JsonNode came = read(output, patience);
                if (!came.at("/parent/msg_id").asText().equals(id)) continue;
                all.append(came.path("content"));
                state = came.at("/content/execution_state").asText();
                if (interrupted && came.at("/header/msg_type").asText().equals("execute_input")) {
                    send(control, "interrupt_request", "{}");
                }
            }
            seen = all.toString();
            JsonNode reply = read(shell, patience);
            while (!reply.at("/parent/msg_id").asText().equals(id)) reply = read(shell, patience);
            return reply.at("/content/status").asText();
        }

        @Override
        public void close() throws IOException, InterruptedException {
            send(control, "shutdown_request", "{\"restart\": false}");
            boolean ended = process.waitFor(PATIENCE_MS, TimeUnit.MILLISECONDS);
            process.destroyForcibly();
            context.close();
            assertTrue(ended, "the kernel was asked to end, and did not");
        }
    }
}
