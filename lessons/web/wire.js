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

/** Text becomes text, never HTML. */
function element(name, style = "", text = "") {
    const made = document.createElement(name);
    if (style) made.className = style;
    made.textContent = text;
    return made;
}
