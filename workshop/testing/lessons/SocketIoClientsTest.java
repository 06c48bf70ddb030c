package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.json.JSONException;
import org.json.JSONObject;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import workshop.testing.Await;
import workshop.testing.Command;
import workshop.testing.Needed;
import workshop.testing.RealLesson;

/**
 * Clients of Socket.IO that others wrote, unchanged, hold the same conversation with solution 12 on
 * each wire; then the server is killed, another one comes, and they are back by themselves and say
 * all of it again. Each tells what it heard, a line for each thing.
 */
class SocketIoClientsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final List<String> OF_PYTHON = List.of(
            "/usr/lib/python3/dist-packages/socketio", "/usr/lib/python3/dist-packages/websocket");

    private static final List<String> TALK = List.of("auth ada",
            "back 1 Grüße 👋 {\"3\":[true,null]} 3 bytes", "acked 7 1 bytes",
            "said hi true 300 bytes true", "answered ready? yes true 0 missing", "refused true",
            "Invalid namespace");

    private static final String NODE = """
            import {Manager} from "socket.io-client";
            const [url, wires] = [process.argv[2], process.argv[3].split(",")];
            const tell = line => console.log(line);
            const moment = () => new Promise(done => setTimeout(done, 10));
            const once = (socket, event) => new Promise(done =>
                socket.once(event, (...all) => done(all)));
            const ask = (socket, event, ...all) => new Promise(done =>
                socket.emit(event, ...all, (...answer) => done(answer)));
            const [ours, theirs] = [1, 2].map(() => new Manager(url, {transports: wires,
                reconnectionDelay: 100, reconnectionDelayMax: 300}));
            const root = ours.socket("/", {auth: {name: "ada"}});
            const game = ours.socket("/game");
            const bob = theirs.socket("/game");
            bob.on("asked", ({text}, answer) => answer(`${text} yes`));
            root.on("disconnect", () => tell("lost"));
            root.on("auth", async ({name}) => {
                tell(`auth ${name}`);
                while (!game.connected || !bob.connected) await moment();
                root.emit("message", 1, "Grüße 👋", {3: [true, null]}, Buffer.from([1, 2, 3]));
                const [number, text, object, bytes] = await once(root, "message-back");
                tell(`back ${number} ${text} ${JSON.stringify(object)} ${bytes.length} bytes`);
                const [seven, nine] = await ask(root, "message-with-ack", 7, Buffer.from([9]));
                tell(`acked ${seven} ${nine.length} bytes`);
                for (const each of [game, bob]) await ask(each, "join", {room: "red"});
                const heard = once(bob, "said");
                const [ack] = await ask(game, "say",
                    {room: "red", text: "hi", file: Buffer.alloc(300), echo: false});
                const [said] = await heard;
                tell(`said ${said.text} ${said.from === game.id} ${said.file.length} bytes `
                    + (ack.id === said.id));
                const [{answers, missing}] = await ask(game, "ask", {room: "red", text: "ready?"});
                tell(`answered ${answers[0].answer} ${answers[0].from === bob.id} `
                    + `${missing.length} missing`);
                const [{error}] = await ask(game, "leave", {room: "blue"});
                tell(`refused ${error.includes("blue")}`);
                const [why] = await once(theirs.socket("/nowhere"), "connect_error");
                tell(why.message);
                while (ours.engine.transport.name !== wires.at(-1)) await moment();
                tell(`on ${ours.engine.transport.name}`);
            });
            """;

    private static final String PYTHON = """
            import json, queue, sys, time
            import socketio

            url, wires = sys.argv[1], sys.argv[2].split(",")

            def tell(line):
                print(line, flush=True)

            def text_of(value):
                return json.dumps(value, separators=(",", ":"))

            def open_client():
                return socketio.Client(reconnection_delay=0.1, reconnection_delay_max=0.3)

            ours, theirs = open_client(), open_client()
            auths, heard, refused = queue.Queue(), queue.Queue(), queue.Queue()
            ours.on("auth", auths.put)
            ours.on("message-back", lambda *all: heard.put(all))
            ours.on("disconnect", lambda: tell("lost"))
            theirs.on("said", heard.put, namespace="/game")
            theirs.on("asked", lambda asked: asked["text"] + " yes", namespace="/game")

            def talk():
                ours.emit("message", (1, "Grüße 👋", {"3": [True, None]}, bytes([1, 2, 3])))
                number, text, thing, data = heard.get()
                tell(f"back {number} {text} {text_of(thing)} {len(data)} bytes")
                seven, nine = ours.call("message-with-ack", (7, bytes([9])))
                tell(f"acked {seven} {len(nine)} bytes")
                for each in (ours, theirs):
                    each.call("join", {"room": "red"}, namespace="/game")
                ack = ours.call("say", {"room": "red", "text": "hi", "file": bytes(300),
                    "echo": False}, namespace="/game")
                said = heard.get()
                mine = text_of(said["from"] == ours.get_sid("/game"))
                same = text_of(ack["id"] == said["id"])
                tell(f"said {said['text']} {mine} {len(said['file'])} bytes {same}")
                answered = ours.call("ask", {"room": "red", "text": "ready?"}, namespace="/game")
                answer = answered["answers"][0]
                bobs = text_of(answer["from"] == theirs.get_sid("/game"))
                tell(f"answered {answer['answer']} {bobs} {len(answered['missing'])} missing")
                error = ours.call("leave", {"room": "blue"}, namespace="/game")["error"]
                tell(f"refused {text_of('blue' in error)}")
                nowhere = open_client()
                nowhere.on("connect_error", refused.put, namespace="/nowhere")
                try:
                    nowhere.connect(url, transports=wires, namespaces=["/nowhere"])
                except socketio.exceptions.ConnectionError:
                    tell(refused.get()["message"])
                tell(f"on {ours.transport()}")

            for each in (theirs, ours):
                each.connect(url, transports=wires, namespaces=["/", "/game"],
                    auth={"name": "ada"})
            while True:
                tell("auth " + auths.get()["name"])
                while "/game" not in ours.namespaces or "/game" not in theirs.namespaces:
                    time.sleep(0.01)
                talk()
            """;

    @ParameterizedTest(name = "{displayName}, over {0}")
    @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
    @DisplayName("12 npm's socket.io-client talks, and is back after the server was killed")
    void npm(String wires) throws IOException {
        try (Relay relay = new Relay()) {
            relay.lead(RealLesson.solution(12));
            Command node = Npm.script("socket.io-client@4.8.1", NODE, relay.url(""), wires);
            try (Command.Running running = node.start()) {
                talks(relay, wires, () -> running.out().lines().toList());
            }
        }
    }

    @ParameterizedTest(name = "{displayName}, over {0}")
    @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
    @DisplayName("12 Python's socketio talks, and is back after the server was killed")
    void python(String wires, @TempDir Path folder) throws IOException {
        for (String each : OF_PYTHON) {
            if (!Files.isDirectory(Path.of(each))) throw Needed.missing(each);
        }
        Path script = Files.writeString(folder.resolve("talk.py"), PYTHON);
        try (Relay relay = new Relay()) {
            relay.lead(RealLesson.solution(12));
            Command python = Command.of("/usr/bin/python3", script.toString(), relay.url(""),
                    wires).in(folder);
            try (Command.Running running = python.start()) {
                talks(relay, wires, () -> running.out().lines().toList());
            }
        }
    }

    @ParameterizedTest(name = "{displayName}, over {0}")
    @ValueSource(strings = {"polling", "websocket", "polling,websocket"})
    @DisplayName("12 Java's socket.io-client talks, and is back after the server was killed")
    void java(String wires) throws IOException {
        var heard = new CopyOnWriteArrayList<String>();
        try (Relay relay = new Relay()) {
            relay.lead(RealLesson.solution(12));
            try (var client = new JavaClient(relay.url(""), wires, heard)) {
                client.start();
                talks(relay, wires, () -> heard);
            }
        }
    }

    private static void talks(Relay relay, String wires, Supplier<List<String>> heard)
            throws IOException {
        var expected = new ArrayList<>(TALK);
        expected.add("on " + wires.substring(wires.indexOf(',') + 1));
        await(expected, heard);
        List<String> talk = List.copyOf(expected);
        relay.stop();
        expected.add("lost");
        await(expected, heard);
        relay.lead(RealLesson.solution(12));
        expected.addAll(talk);
        await(expected, heard);
    }

    private static void await(List<String> expected, Supplier<List<String>> heard) {
        try {
            Await.until("“" + expected.getLast() + "”", PATIENCE,
                    () -> heard.get().size() >= expected.size());
        } catch (AssertionError late) {
            throw new AssertionError(late.getMessage() + "; so far it told "
                    + String.join("; ", heard.get()), late);
        }
        assertEquals(expected, heard.get());
    }

    /** The conversation in Java. */
    private static final class JavaClient implements AutoCloseable {
        private final List<String> heard;
        private final String wires;
        private final String url;
        private final Socket root;
        private final Socket game;
        private final Socket bob;
        private final LinkedBlockingQueue<Object[]> backs = new LinkedBlockingQueue<>();
        private final LinkedBlockingQueue<Object[]> saids = new LinkedBlockingQueue<>();
        private final HttpClient http = HttpClient.newHttpClient();

        JavaClient(String url, String wires, List<String> heard) {
            this.url = url;
            this.wires = wires;
            this.heard = heard;
            root = IO.socket(URI.create(url), options(false));
            game = IO.socket(URI.create(url + "/game"), options(false)); // on the same session
            bob = IO.socket(URI.create(url + "/game"), options(true));
            root.on("auth", all -> Thread.startVirtualThread(() -> talk((JSONObject) all[0])));
            root.on("message-back", backs::add);
            root.on(Socket.EVENT_DISCONNECT, _ -> heard.add("lost"));
            bob.on("said", saids::add);
            bob.on("asked", all -> ((Ack) all[all.length - 1]).call(
                    ((JSONObject) all[0]).optString("text") + " yes"));
        }

        private IO.Options options(boolean another) {
            var options = new IO.Options();
            options.transports = wires.split(",");
            options.forceNew = another;
            options.reconnectionDelay = 100;
            options.reconnectionDelayMax = 300;
            options.auth = Map.of("name", "ada");
            return options;
        }

        void start() {
            for (Socket each : List.of(root, game, bob)) each.connect();
        }

        private void talk(JSONObject auth) {
            try {
                heard.add("auth " + auth.getString("name"));
                Await.until("all to be there", PATIENCE, () -> game.connected() && bob.connected());
                root.emit("message", 1, "Grüße 👋", new JSONObject("{\"3\": [true, null]}"),
                        new byte[] {1, 2, 3});
                Object[] back = backs.take();
                heard.add("back " + back[0] + " " + back[1] + " " + back[2] + " "
                        + ((byte[]) back[3]).length + " bytes");
                Object[] acked = ask(root, "message-with-ack", 7, new byte[] {9});
                heard.add("acked " + acked[0] + " " + ((byte[]) acked[1]).length + " bytes");
                for (Socket each : List.of(game, bob)) {
                    ask(each, "join", new JSONObject().put("room", "red"));
                }
                var ack = (JSONObject) ask(game, "say", new JSONObject().put("room", "red")
                        .put("text", "hi").put("file", new byte[300]).put("echo", false))[0];
                var said = (JSONObject) saids.take()[0];
                heard.add("said " + said.get("text") + " " + said.get("from").equals(game.id())
                        + " " + ((byte[]) said.get("file")).length + " bytes "
                        + ack.get("id").equals(said.get("id")));
                var answered = (JSONObject) ask(game, "ask", new JSONObject().put("room", "red")
                        .put("text", "ready?"))[0];
                JSONObject answer = answered.getJSONArray("answers").getJSONObject(0);
                heard.add("answered " + answer.get("answer") + " "
                        + answer.get("from").equals(bob.id()) + " "
                        + answered.getJSONArray("missing").length() + " missing");
                var refused = (JSONObject) ask(game, "leave", new JSONObject().put("room",
                        "blue"))[0];
                heard.add("refused " + refused.getString("error").contains("blue"));
                heard.add(whyNot());
                boolean moves = wires.endsWith("websocket");
                Await.until("all on their wire", PATIENCE,
                        () -> stats().getInt(moves ? "polling" : "websocket") == 0);
                heard.add("on " + wires.substring(wires.indexOf(',') + 1));
            } catch (JSONException | InterruptedException | ExecutionException
                    | TimeoutException failed) {
                heard.add("failed: " + failed);
            }
        }

        /** Only the server knows on which wire this client is. */
        private JSONObject stats() throws IOException, InterruptedException, JSONException {
            return new JSONObject(http.send(HttpRequest.newBuilder(URI.create(url + "/stats"))
                    .build(), HttpResponse.BodyHandlers.ofString()).body());
        }

        private String whyNot() throws InterruptedException, ExecutionException, TimeoutException {
            var why = new CompletableFuture<String>();
            Socket nowhere = IO.socket(URI.create(url + "/nowhere"), options(true));
            nowhere.on(Socket.EVENT_CONNECT_ERROR, all -> why.complete(
                    ((JSONObject) all[0]).optString("message")));
            nowhere.connect();
            try {
                return why.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            } finally {
                nowhere.close();
            }
        }

        private static Object[] ask(Socket socket, String event, Object... arguments)
                throws InterruptedException, ExecutionException, TimeoutException {
            var answer = new CompletableFuture<Object[]>();
            socket.emit(event, arguments, (Ack) answer::complete);
            return answer.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        @Override
        public void close() {
            for (Socket each : List.of(root, game, bob)) each.close();
            http.close();
        }
    }
}
