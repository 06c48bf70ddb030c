package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import workshop.testing.Await;
import workshop.testing.Command;
import workshop.testing.RealLesson;

/**
 * The client of Engine.IO that others wrote, unchanged, holds a conversation with solution 11 on
 * each wire, and comes back to the server that takes the place of a killed one.
 */
class EngineIoClientsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    /** It does not come back by itself: that is Socket.IO's, or ours. */
    private static final String NODE = """
            import {Socket} from "engine.io-client";
            const [url, wires] = [process.argv[2], process.argv[3].split(",")];
            const tell = line => console.log(line);

            function connect() {
                let open = false;
                const socket = new Socket(url, {transports: wires, path: "/engine.io/"});
                socket.binaryType = "arraybuffer";
                const settled = () => {
                    tell(`on ${socket.transport.name}`);
                    socket.send("Grüße 👋");
                };
                socket.on("open", () => {
                    open = true;
                    if (wires.length === 1) settled();
                });
                socket.on("upgrade", settled);
                socket.on("message", data => {
                    if (typeof data !== "string") {
                        tell(`echo of ${data.byteLength} bytes`);
                        const say = {event: "say", data: {from: "ada", text: "hi"}, id: 7};
                        return socket.send(JSON.stringify(say));
                    }
                    tell(data.replace(/"at":"[^"]*"/, `"at":"now"`));
                    if (data === "Grüße 👋") socket.send(new Uint8Array(300));
                });
                socket.on("close", () => {
                    if (open) tell("lost");
                    setTimeout(connect, 100);
                });
            }
            connect();
            """;

    @ParameterizedTest(name = "{displayName}, over {0}")
    @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
    @DisplayName("11 npm's engine.io-client talks, and talks again to the next server")
    void npm(String wires) throws IOException {
        List<String> talk = List.of("on " + wires.substring(wires.indexOf(',') + 1), "Grüße 👋",
                "echo of 300 bytes", "{\"event\":\"ack\",\"data\":{\"id\":1,\"from\":\"ada\","
                + "\"text\":\"hi\",\"at\":\"now\"},\"id\":7}");
        var expected = new ArrayList<>(talk);
        try (Relay relay = new Relay()) {
            relay.lead(RealLesson.solution(11));
            Command node = Npm.script("engine.io-client@6.6.3", NODE, relay.url(""), wires);
            try (Command.Running running = node.start()) {
                await(expected, running);
                relay.stop();
                expected.add("lost");
                await(expected, running);
                relay.lead(RealLesson.solution(11));
                expected.addAll(talk);
                await(expected, running);
            }
        }
    }

    private static void await(List<String> expected, Command.Running running) {
        Await.until("“" + expected.getLast() + "”", PATIENCE,
                () -> running.out().lines().count() >= expected.size());
        assertEquals(expected, running.out().lines().toList());
    }
}
