package tests.clients;

import java.util.List;
import java.util.stream.Stream;
import tests.Target;

/** Comes in where lesson 13 has put a door: logs in over HTTP, then opens {@code /ws}. */
public final class Door {
    private final Target target;

    private Door(Target target) {
        this.target = target;
    }

    public static Door of(Target target) {
        return new Door(target);
    }

    /** The answer to {@code POST /login} of somebody with this name. */
    public Answer askToLogin(String name, String... headers) {
        return target.http().post("/login", "application/json", "{\"name\": \"" + name + "\"}",
                headers).expectStatus(200);
    }

    /** The line that goes with each request of this person: {@code Cookie: session=…}. */
    public String login(String name, String... headers) {
        Answer answer = askToLogin(name, headers);
        List<String> cookies = answer.headers("Set-Cookie").stream()
                .filter(each -> each.startsWith("session=")).toList();
        if (cookies.size() != 1) {
            throw answer.fail("a login is answered with one “Set-Cookie: session=…”, but there are "
                    + cookies.size());
        }
        return "Cookie: " + cookies.getFirst().split(";")[0].strip();
    }

    /** Asks for a WebSocket as our own page does; it may be refused. The answer is whole. */
    public Answer ask(String... headers) {
        return askAt(target.http().authority(), ofOurPage(headers));
    }

    /** Says which page it is, unless the headers say it. */
    private String[] ofOurPage(String... headers) {
        String ours = "Origin: http://" + target.http().authority();
        return Stream.of(headers).anyMatch(each -> each.startsWith("Origin:")) ? headers
                : Stream.concat(Stream.of(headers), Stream.of(ours)).toArray(String[]::new);
    }

    /**
     * The same with these headers alone.
     *
     * @param host as the {@code Host} header names the server
     */
    public Answer askAt(String host, String... headers) {
        Answer head = RawWebSocket.ask(target,
                RawWebSocket.request("/ws", host, RawWebSocket.freshKey(), headers));
        try (var _ = head.client()) {
            return head.status() == 101 ? head : RawHttp.withBody(head, "GET");
        }
    }

    /** It is refused with this status, and a sentence as JSON. */
    public Answer expectRefused(Answer answer, int status, String why) {
        if (answer.status() == 101) {
            throw answer.fail(why + ", so it must be refused with " + status + ", but it came in");
        }
        if (answer.status() != status) {
            throw answer.fail(why + ", so it must be refused with " + status + ", not with "
                    + answer.status());
        }
        if (answer.json().path("error").asText().isBlank()) {
            throw answer.fail("a refusal says why: {\"error\": \"a sentence\"}, but got “"
                    + answer.text() + "”");
        }
        return answer;
    }

    /** Comes in, and has read the welcome. */
    public Events open(String... headers) {
        return Events.openWith(target, "/ws", ofOurPage(headers));
    }

    /** Logs in and comes in. */
    public Events enter(String name) {
        return open(login(name));
    }
}
