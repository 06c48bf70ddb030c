// The wire panel of every lesson's page: requests or frames so far, bytes each way, and the last
// exchange as text with its line ends visible.
//
//   import { wirePanel } from "/wire.js";
//   const wire = wirePanel(document.querySelector("#wire"));
//
//   const answer = await wire.fetch("/messages", {method: "POST", headers, body});
//   answer.status, answer.header("ETag"), answer.text, answer.json()
//
//   const feed = wire.events("/events", ["message", "presence"]);   // an EventSource, counted
//   const socket = wire.socket("/ws");                              // a WebSocket, counted
//
// What a page can know: what its own script sends, and of an answer the status, the headers (in
// lower case and sorted) and the body. What it cannot: the headers that the browser adds by
// itself, cookies, comments in an event stream, pings and pongs, TCP. So the bytes are a lower
// bound, and the panel says so. All bytes, as they are: ./jbang wire.

const SHOWN = 1200; // characters of a body; the rest is counted and not shown
const utf8 = new TextEncoder();
const size = text => utf8.encode(text).length;

export function wirePanel(place) {
    const counts = {requests: 0, frames: 0, up: 0, down: 0};
    const numbers = {};
    let compressed = false; // then fewer bytes went than a page can count

    place.classList.add("wire");
    const list = element("dl");
    for (const [name, words, style] of [["requests", "requests", ""], ["frames", "frames", ""],
            ["up", "↑ bytes up", "up"], ["down", "↓ bytes down", "down"]]) {
        const box = element("div");
        numbers[name] = element("dd", style, "0");
        numbers[name].id = "wire-" + name;
        box.append(element("dt", "", words), numbers[name]);
        list.append(box);
    }
    const last = element("div");
    last.id = "wire-last";
    last.append(element("p", "hint", "Nothing was sent yet."));
    place.append(element("h2", "", "On the wire"), list, last, blindSpots());
    show();

    function show() {
        for (const name of ["requests", "frames"]) {
            numbers[name].textContent = counts[name].toLocaleString("en");
        }
        for (const name of ["up", "down"]) {
            const sign = counts[name] === 0 ? "" : compressed ? "≈ " : "≥ ";
            numbers[name].textContent = sign + counts[name].toLocaleString("en");
            numbers[name].title = compressed ? "counted before compression"
                : "at least: the browser adds what no page can see";
        }
        numbers.frames.parentElement.hidden = counts.frames === 0;
    }

    /** Replaces the last exchange; parts are [direction, heading, lines as text, a note]. */
    function exchange(...parts) {
        last.replaceChildren(...parts.flatMap(([direction, heading, text, note]) => {
            const lines = element("pre", direction);
            for (const line of cut(text).split(/(?<=\n)/)) {
                const end = line.match(/\r?\n$/)?.[0] ?? "";
                lines.append(line.slice(0, line.length - end.length));
                const visible = end === "\r\n" ? "\\r\\n" : "\\n";
                if (end) lines.append(element("span", "eol", visible), "\n");
            }
            if (note) lines.append(element("span", "note", note));
            return [element("h3", "", heading), lines];
        }));
    }

    /** Asks as fetch does, past the browser's cache, so that what is shown was really sent. */
    async function ask(url, options = {}) {
        const method = options.method ?? "GET";
        const body = options.body ?? "";
        let head = `${method} ${url} HTTP/1.1\r\nHost: ${location.host}\r\n`;
        for (const [name, value] of Object.entries(options.headers ?? {})) {
            head += `${name}: ${value}\r\n`;
        }
        if (body) head += `Content-Length: ${size(body)}\r\n`;
        const request = [`up`, `↑ request ${counts.requests + 1}`, `${head}\r\n${body}`,
            "and the headers that the browser adds by itself"];
        counts.requests += 1;
        counts.up += size(head) + 2 + size(body);
        show();
        exchange(request);
        const begun = performance.now();
        let response, text;
        try {
            response = await fetch(url, {cache: "no-store", ...options});
            text = await response.text();
        } catch (failure) {
            if (failure.name !== "AbortError") { // else the page itself gave it up
                exchange(request, ["down", "↓ no answer", "", failure.message]);
            }
            throw failure;
        }
        unsay("no answer");
        let answered = `HTTP/1.1 ${response.status} ${response.statusText}\r\n`;
        response.headers.forEach((value, name) => answered += `${name}: ${value}\r\n`);
        counts.down += size(answered) + 2 + size(text);
        compressed ||= response.headers.has("content-encoding");
        show();
        const took = Math.round(performance.now() - begun).toLocaleString("en");
        exchange(request, ["down", `↓ answered after ${took} ms`, `${answered}\r\n${text}`]);
        return {
            status: response.status,
            ok: response.ok,
            header: name => response.headers.get(name),
            text,
            json: () => JSON.parse(text),
        };
    }

    /** An EventSource; each event of a named type is a frame. Comments stay invisible. */
    function events(url, types = ["message"]) {
        const source = new EventSource(url);
        const request = `GET ${url} HTTP/1.1\r\nHost: ${location.host}\r\n`
            + "Accept: text/event-stream\r\n\r\n";
        const opening = ["up", "↑ one request, and an answer that never ends", request];
        source.addEventListener("open", () => {
            counts.requests += 1; // once more after each lost connection
            counts.up += size(request);
            counts.down += size("HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n");
            show();
        });
        exchange(opening);
        let lastId = ""; // an event without an id has that of the one before it
        for (const type of types) {
            source.addEventListener(type, event => {
                let text = type === "message" ? "" : `event: ${type}\n`;
                if (event.lastEventId !== lastId) text += `id: ${event.lastEventId}\n`;
                lastId = event.lastEventId;
                text += event.data.split("\n").map(line => `data: ${line}\n`).join("") + "\n";
                counts.frames += 1;
                counts.down += size(text);
                show();
                exchange(opening, ["down", `↓ event ${counts.frames}`, text,
                    "as it must have been at least; the page sees its fields alone"]);
            });
        }
        return source;
    }

    /** A WebSocket; the size of each frame follows from its length (RFC 6455, section 5.2). */
    function socket(url, protocols = []) {
        const target = new URL(url, location.href.replace(/^http/, "ws"));
        const socket = new WebSocket(target, protocols);
        const request = `GET ${target.pathname}${target.search} HTTP/1.1\r\n`
            + `Host: ${target.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
            + "Sec-WebSocket-Version: 13\r\n\r\n";
        counts.requests += 1;
        counts.up += size(request);
        show();
        exchange(["up", "↑ the upgrade", request,
            "and Sec-WebSocket-Key, and what the browser adds"]);
        socket.addEventListener("open", () => {
            counts.down += size("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\nSec-WebSocket-Accept: \r\n\r\n") + 28; // the key's answer
            compressed ||= socket.extensions !== "";
            show();
        });

        const frame = (direction, content) => {
            const isText = typeof content === "string";
            const payload = isText ? size(content) : content.byteLength ?? content.size;
            const length = payload < 126 ? 2 : payload < 65536 ? 4 : 10;
            const header = length + (direction === "up" ? 4 : 0); // the mask, from a client
            counts.frames += 1;
            counts[direction] += header + payload;
            show();
            exchange([direction, `${direction === "up" ? "↑" : "↓"} frame ${counts.frames}: `
                + `${header} bytes of header, ${payload.toLocaleString("en")} of payload`,
                isText ? content : "",
                isText ? socket.extensions && `compressed on the wire: ${socket.extensions}`
                    : "binary"]);
        };
        const send = socket.send.bind(socket);
        socket.send = content => {
            send(content);
            frame("up", content);
        };
        socket.addEventListener("message", event => frame("down", event.data));
        return socket;
    }

    return {fetch: ask, events, socket, counts};
}

function blindSpots() {
    const box = element("details", "hint");
    box.append(element("summary", "", "What this panel cannot see"),
        element("p", "", "A page knows what its own script sends, and of an answer the status, the "
            + "headers and the body. The browser adds headers of its own (User-Agent, Accept, "
            + "cookies …) and hides them, keeps connections open or opens new ones, and sorts "
            + "the names that it shows. So the bytes here are a lower bound. To see every byte as it "
            + `is, put the tap between: ./jbang wire ${location.port}`));
    return box;
}

function cut(text) {
    if (text.length <= SHOWN) return text;
    return `${text.slice(0, SHOWN)} … (${size(text).toLocaleString("en")} bytes in all)`;
}

// ---- what every page has: elements, sentences, buttons ------------------------------------------

export const $ = id => document.getElementById(id);

/** What people wrote is text, never HTML. */
export function element(name, style = "", text = "") {
    const made = document.createElement(name);
    if (style) made.className = style;
    made.textContent = String(text);
    return made;
}

export function button(words, action, style = "") {
    const made = element("button", style, words);
    made.type = "button";
    made.addEventListener("click", action);
    return made;
}

/** The state in the page's head: good, busy or bad, and words that say which. */
export function state(kind, words) {
    $("state").dataset.state = kind;
    $("state").textContent = words;
}

/**
 * Tells the reader one sentence: good is what was seen to be right, bad what is wrong, else "".
 * `about` names what it is of, so that unsay can take it back.
 */
export function say(kind, words, about = "", place = $("notice")) {
    place.className = "notice " + kind;
    place.textContent = words;
    place.dataset.about = about;
}

/** Takes a sentence back that holds no longer; one about something else stays. */
export function unsay(about, place = $("notice")) {
    if (place?.dataset.about === about) say("", "", "", place);
}

const LESSON = `lesson${document.title.slice(0, 2)}.java`;

/** Nobody answers: stands until the next answer comes, whatever it answers. */
export function sayNoAnswer(more = "") {
    say("bad", `No answer. Is ${LESSON} still running? ${more}`.trim(), "no answer");
}

// ---- what the pages with a feed of messages have ------------------------------------------------

export const JSON_TYPE = {"Content-Type": "application/json"};

/** What this text is as JSON; undefined where it is none: the caller knows what to say of it. */
export function parsed(text) {
    try {
        return JSON.parse(text);
    } catch (notJson) {
        return undefined;
    }
}

/** Says what an ack refused; where the connection was lost, until there is one again. */
export function sayError({error, lost}, place = $("notice")) {
    say("bad", error, lost ? "lost" : "", place);
}

/** A refusal as the server told it. */
export function refusal(answer) {
    return `${answer.status}: ${parsed(answer.text)?.error ?? answer.text}`;
}

/** One message of the feed as a row: who, when, what. */
export function row(message, where = "") {
    const item = element("li");
    const when = new Date(message.at);
    item.append(element("span", "who", message.from), element("span", "when",
        `${message.id} · ${where || (isNaN(when) ? message.at : when.toLocaleTimeString())}`),
        element("span", "what", message.text));
    return item;
}

const KEPT = 300; // rows that a list shows

/** A list of messages, which shows its end, unless somebody reads further up. */
export function list(place, nothing) {
    const made = {
        /** Rows at its end; one is a message's, or any other. */
        add(...rows) {
            place.querySelector(".empty")?.remove();
            const atEnd = place.scrollHeight - place.scrollTop - place.clientHeight < 40;
            place.append(...rows);
            while (place.children.length > KEPT) place.firstChild.remove();
            if (atEnd) place.scrollTop = place.scrollHeight;
        },
        /** These rows alone. */
        show(rows) {
            place.replaceChildren(...rows);
            if (rows.length === 0) place.append(element("li", "empty", nothing));
            place.scrollTop = place.scrollHeight;
        },
    };
    made.show([]);
    return made;
}

/** The form below it: `send` gets what was typed, and says true where it was taken. */
export function composer(send) {
    $("form").addEventListener("submit", async event => {
        event.preventDefault();
        const text = $("text").value;
        $("text").value = "";
        $("text").focus();
        const taken = await send({from: $("from")?.value, text});
        if (!taken && $("text").value === "") $("text").value = text;
    });
}

const PATIENCE_MS = 1500; // on this machine that is never

/**
 * Posts to a feed (lessons 04 to 06), and says “good” only once the feed has brought it. `brings`
 * says how it comes; `stuck`, why the answer does not; `never`, why the message does not.
 */
export function poster(wire, {brings, stuck, never, neverMs = Infinity}) {
    const seen = new Set();    // what the feed has brought
    const stored = new Map();  // id → when its POST was answered, until the feed brings it

    async function send(draft) {
        const late = setTimeout(() => stuck && say("bad", stuck, "stuck"), PATIENCE_MS);
        try {
            const answer = await wire.fetch("/messages",
                {method: "POST", headers: JSON_TYPE, body: JSON.stringify(draft)});
            if (!answer.ok) return say("bad", refusal(answer));
            const {id} = parsed(answer.text) ?? {};
            if (id === undefined) {
                say("bad", `${answer.status}, and the answer does not tell what was stored: ${answer.text}`);
            } else if (seen.has(id)) {
                say("good", `${answer.status}: stored as ${id}, and here already.`);
            } else {
                stored.set(id, {at: performance.now(), status: answer.status});
                say("", `${answer.status}: stored as ${id}. ${brings}`, `message ${id}`);
                if (neverMs < Infinity) setTimeout(() => stored.has(id) && !seen.has(id)
                    && $("notice").dataset.about === `message ${id}`
                    && say("bad", `${answer.status}: stored as ${id}, and nothing came in `
                        + `${neverMs / 1000} s. ${never}`, `message ${id}`), neverMs);
            }
            return true;
        } catch (nobody) {
            sayNoAnswer();
        } finally {
            clearTimeout(late);
        }
    }

    /** The feed has brought this one. Gives the milliseconds since it was stored, if it was ours. */
    function came({id}) {
        seen.add(id);
        if (!stored.has(id)) return undefined;
        const {at, status} = stored.get(id);
        const ms = Math.round(performance.now() - at);
        stored.delete(id);
        if ($("notice").dataset.about === `message ${id}`) {
            say("good", `${status}: stored as ${id}, and here ${ms.toLocaleString("en")} ms later.`);
        }
        return ms;
    }

    /** The server has begun anew, and so have its ids. */
    function restarted() {
        seen.clear();
    }
    return {send, came, restarted};
}

// ---- what the pages with events in both directions have (lessons 08 to 10) ----------------------

/**
 * A WebSocket with lesson 08's envelope, {"event", "data", "id"}. An ack goes to whoever asked under
 * its id; whatever else comes is `heard`. It connects again by itself, each time a little later
 * (lesson 04 says why), unless `again` is false.
 */
export function talk(wire, url, {opened = () => {}, heard, closed = () => {}, again = true}) {
    const waiting = new Map(); // id → who waits for its ack
    let socket, lastId = 0, tries = 0;

    function connect() {
        socket = wire.socket(url);
        socket.binaryType = "arraybuffer";
        socket.addEventListener("open", () => {
            tries = 0;
            unsay("lost");
            opened();
        });
        socket.addEventListener("message", ({data}) => {
            if (typeof data !== "string") return heard("binary", data);
            const {event, data: its, id} = parsed(data) ?? {};
            if (event === "ack" && waiting.has(id)) {
                waiting.get(id)(its ?? {});
                waiting.delete(id);
            } else {
                heard(event, its ?? {}, id, data);
            }
        });
        socket.addEventListener("close", ({code, reason}) => {
            waiting.forEach(answer => answer({error: "The connection was lost.", lost: true}));
            waiting.clear();
            closed(code, `closed with ${code}${reason ? ": " + reason : ""}`);
            const wait = Math.min(8000, 500 * 2 ** tries++);
            if (again) setTimeout(connect, wait * (0.5 + Math.random() / 2));
        });
    }

    /** Sends this as it is; false where nobody is connected. */
    function send(content) {
        if (socket.readyState !== WebSocket.OPEN) return false;
        socket.send(content);
        return true;
    }

    /** Sends an event, and gives what its ack said: {error} where that was no, or {error, lost}. */
    function ask(event, data) {
        return new Promise(answer => {
            lastId += 1;
            waiting.set(lastId, answer);
            if (!send(JSON.stringify({event, data, id: lastId}))) {
                waiting.delete(lastId);
                answer({error: "Not connected.", lost: true});
            }
        });
    }

    connect();
    return {send, ask};
}
