// What the pages of all lessons share. Above all the panel “On the wire”: a log of the last 50
// exchanges, each with its bytes, its time and how far it has come.
//
//   import { wirePanel } from "/wire.js";
//   const wire = wirePanel(document.querySelector("#wire"));
//
//   const answer = await wire.fetch("/messages", {method: "POST", headers, body});
//   answer.status, answer.header("ETag"), answer.text, answer.json()
//
//   const feed = wire.events("/events", ["message", "presence"]);   // an EventSource, in the log
//   const socket = wire.socket("/ws", {read: envelope});            // a WebSocket, in the log
//
// `read` tells the log what a text means: of "42…" and "up", say, {what: "event say", asks: "7"};
// `answers: "7"` in what comes back closes that row. `fields`, [["4", "message"], ["2", "event"]],
// are drawn digit by digit. Anything else that goes over a wire: wire.log(…), below.
//
// What a page can know: what its own script sends, and of an answer the status, the headers (in
// lower case and sorted) and the body. What it cannot: the headers that the browser adds by
// itself, cookies, comments in an event stream, pings and pongs, TCP. So the bytes are a lower
// bound, and the panel says so. All bytes, as they are: ./jbang wire.

const ROWS = 50;             // exchanges that the log keeps
const SHOWN = 4000;          // characters of a body; the rest is counted and not shown
const WINDOW_MS = 30_000;    // that the timeline shows
const LANES = 8;             // of the timeline
const DRAW_MS = 40;          // so long changes are gathered before they are shown
const TICK_MS = 250;         // so often what is under way is shown anew
const CONNECTIONS = 6;       // to one host, in every browser that speaks HTTP/1.1
const utf8 = new TextEncoder();
const size = text => utf8.encode(text).length;
const number = n => Math.round(n).toLocaleString("en");

// ---- an exchange --------------------------------------------------------------------------------

/**
 * One row of the log. It is `waiting` in the browser, `sent`, `answered` (`arrived`, where nobody
 * had asked) or `broken`; bytes are counted when they were sent and have come, never before.
 */
class Exchange {
    parts = [];   // what a click shows: {direction, heading, text, note, fields}
    up = 0;       // bytes, at least
    down = 0;
    code = "";    // an answer's status
    approximate = false;
    begun = performance.now();
    sentAt = 0;
    firstAt = 0;  // when the first byte came
    ended = 0;
    goesOn = false; // a stream, a socket: answered, and not over
    wants;          // an answer; else it is over once it was sent
    weight = 0;     // bytes that will have been sent, where that is known before

    constructor(panel, direction, what, {lane, via = "", wants = direction === "up"} = {}) {
        Object.assign(this, {panel, direction, what, lane, via, wants});
        this.state = "waiting";
        panel.added(this);
    }

    show(...parts) {
        this.parts = parts;
        this.panel.changed(this);
    }

    /** These bytes have left the browser, as far as a page can tell. */
    sent(bytes = this.weight) {
        if (this.state !== "waiting") return;
        this.state = "sent";
        this.sentAt = performance.now();
        if (!this.wants) this.ended = this.sentAt;
        this.count("up", bytes);
    }

    /** Something has come; more may. */
    answered(bytes = 0, state = "answered") {
        this.state = state;
        this.firstAt ||= performance.now();
        this.ended = performance.now();
        this.count("down", bytes);
    }

    /** Nothing more will come; `state` is "given up" where this page itself wanted no answer. */
    broken(why, state = "broken") {
        if (this.state === "answered" && !this.goesOn) return;
        // Whether a request that failed has left at all, nobody knows: at least nothing did.
        if (!this.firstAt && state === "broken") this.count("up", -this.up);
        this.state = state;
        this.goesOn = false;
        this.ended = performance.now();
        this.show(...this.parts,
            {direction: state === "broken" ? "bad" : "", heading: `✕ ${state}`, note: why});
    }

    count(direction, bytes) {
        this[direction] += bytes;
        this.panel.counts[direction] += bytes;
        this.panel.changed(this);
    }

    /** Milliseconds from its beginning to its end, or until now. */
    get ms() {
        if (!this.wants) return undefined;
        const until = this.goesOn ? this.firstAt : this.ended;
        return (until || performance.now()) - this.begun;
    }

    get isOver() {
        return this.ended > 0 && !this.goesOn;
    }
}

// ---- six connections ----------------------------------------------------------------------------

/**
 * A browser opens at most six connections to a host, all tabs together, and gives them out in the
 * order of asking. So each exchange that needs one takes a lock, named by its time: locks are seen
 * from all tabs, and go with their tab. Whoever is behind the sixth still waits in the browser.
 */
const queue = {
    mine: new Map(), // name → what to do once it is among the six
    timer: 0,

    /** Gives the function that lets go again. */
    enter(leaves) {
        const time = (performance.timeOrigin + performance.now()).toFixed(3);
        const name = `wire ${time} ${Math.random().toString(36).slice(2)}`;
        let release;
        const held = new Promise(done => release = done);
        this.mine.set(name, leaves);
        if (navigator.locks) {
            navigator.locks.request(name, () => {
                this.look();
                return held;
            });
        } else {
            this.look(); // not a secure context: this page's own are all that it knows
        }
        return () => {
            this.mine.delete(name);
            release();
            this.look();
        };
    },

    async look() {
        if (![...this.mine.values()].some(leaves => leaves)) return;
        const all = navigator.locks
            ? (await navigator.locks.query()).held.map(lock => lock.name) : [...this.mine.keys()];
        const first = all.filter(name => name.startsWith("wire ")).sort().slice(0, CONNECTIONS);
        for (const name of first) {
            const leaves = this.mine.get(name);
            if (!leaves) continue;
            this.mine.set(name, null);
            leaves();
        }
        clearTimeout(this.timer);
        if ([...this.mine.values()].some(leaves => leaves)) { // another tab's end is not told to us
            this.timer = setTimeout(() => this.look(), TICK_MS);
        }
    },
};

// ---- the wires ----------------------------------------------------------------------------------

export function wirePanel(place) {
    const panel = logPanel(place);
    const counts = panel.counts;
    const asked = []; // requests whose times the browser has not told yet
    new PerformanceObserver(entries => entries.getEntries().forEach(timed))
        .observe({type: "resource"});

    /** The browser tells afterwards when a request really left, and its body's true size. */
    function timed(entry) {
        const place = asked.findIndex(({row, url}) => url === entry.name
            && Math.abs(row.begun - entry.startTime) < 500);
        if (place < 0) return;
        const [{row, body, encoded}] = asked.splice(place, 1);
        if (entry.requestStart > row.begun) row.sentAt = entry.requestStart;
        if (entry.responseStart > 0) row.firstAt = entry.responseStart;
        if (encoded && entry.encodedBodySize > 0) row.count("down", entry.encodedBodySize - body);
        const waited = entry.requestStart - entry.startTime;
        const first = row.parts[0];
        if (waited >= 5 && first) {
            first.note = `It left the browser after ${number(waited)} ms. ${first.note ?? ""}`;
        }
        panel.changed(row);
    }

    /** Asks as fetch does, past the browser's cache, so that what is shown was really sent. */
    async function ask(url, {read = () => ({}), changed = () => {}, via, ...options} = {}) {
        const method = options.method ?? "GET";
        const body = options.body ?? "";
        let head = `${method} ${url} HTTP/1.1\r\nHost: ${location.host}\r\n`;
        for (const [name, value] of Object.entries(options.headers ?? {})) {
            head += `${name}: ${value}\r\n`;
        }
        if (body) head += `Content-Length: ${size(body)}\r\n`;
        const its = body ? read(body, "up") : {};
        const what = `${method} ${url}${its.what ? ` ↑ ${its.what}` : ""}`;
        const row = new Exchange(panel, "up", what, {via});
        row.show({direction: "up", heading: `↑ request, ${bytes(size(body), "body")}`,
            text: `${head}\r\n${body}`, fields: its.fields,
            note: "And the headers that the browser adds by itself."});
        let isSent = false;
        const sent = () => {
            if (isSent) return;
            isSent = true;
            counts.requests += 1;
            row.sent(size(head) + 2 + size(body));
            changed("sent");
        };
        const leave = queue.enter(sent);
        asked.push({row, url: new URL(url, location.href).href});
        if (asked.length > 300) asked.shift();
        changed("waiting");
        let response, text;
        try {
            response = await fetch(url, {cache: "no-store", ...options});
            sent();
            row.firstAt = performance.now();
            text = await response.text();
        } catch (failure) {
            if (failure.name === "AbortError") {
                row.broken("This page wanted no answer any more.", "given up");
            } else {
                if (isSent && !row.firstAt) counts.requests -= 1;
                row.broken(failure.message);
            }
            changed("broken");
            throw failure;
        } finally {
            leave();
        }
        let answered = `HTTP/1.1 ${response.status} ${response.statusText}\r\n`;
        response.headers.forEach((value, name) => answered += `${name}: ${value}\r\n`);
        const entry = asked.find(each => each.row === row);
        if (entry) {
            entry.body = size(text);
            entry.encoded = response.headers.has("content-encoding");
        }
        const told = text ? read(text, "down") : {};
        if (told.what) row.what += ` ↓ ${told.what}`;
        row.code = response.status;
        row.answered(size(answered) + 2 + size(text));
        row.show(...row.parts, {direction: "down",
            heading: `↓ answered after ${number(row.ms)} ms, ${bytes(size(text), "body")}`,
            text: `${answered}\r\n${text}`, fields: told.fields});
        unsay("no answer");
        changed("answered");
        return {
            status: response.status,
            ok: response.ok,
            header: name => response.headers.get(name),
            text,
            json: () => JSON.parse(text),
        };
    }

    /** An EventSource; each event of a named type has a row. Comments stay invisible. */
    function events(url, types = ["message"], {changed = () => {}, via} = {}) {
        const source = new EventSource(url);
        const lane = {};
        const request = `GET ${url} HTTP/1.1\r\nHost: ${location.host}\r\n`
            + "Accept: text/event-stream\r\n";
        let row, leave, sent;
        let lastId = ""; // an event without an id has that of the one before it
        let total = 0;

        function ask(isFirst) {
            const again = lastId && `Last-Event-ID: ${lastId}\r\n`;
            const mine = row = new Exchange(panel, "up", `GET ${url}`, {lane, via});
            row.show({direction: "up", heading: "↑ one request, and an answer that never ends",
                text: `${request}${again}\r\n`,
                note: "And the headers that the browser adds by itself."});
            sent = () => {
                if (mine.state !== "waiting") return;
                counts.requests += 1;
                mine.sent(size(request) + size(again) + 2);
                changed("sent");
            };
            // Before it asks again the browser pauses, and tells nobody: it waits until it is open.
            leave = isFirst ? queue.enter(sent) : null;
            changed("waiting");
        }

        source.addEventListener("open", () => {
            sent();
            leave ??= queue.enter(null);
            const answer = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n";
            row.code = 200;
            row.goesOn = true;
            row.answered(size(answer));
            row.show(...row.parts, {direction: "down", heading: "↓ the answer has begun",
                text: answer, note: "As it must have been at least: of a stream's answer the "
                + "browser tells a page nothing."});
            changed("open");
        });
        source.addEventListener("error", () => {
            leave?.();
            if (row.state === "sent" && !row.firstAt) counts.requests -= 1;
            const again = source.readyState === EventSource.CONNECTING;
            row.broken(again ? "The stream has ended, and the browser asks again by itself."
                : "The answer was no event stream; the browser does not ask again.");
            changed("broken");
            if (again) ask(false);
        });
        for (const type of types) {
            source.addEventListener(type, event => {
                let text = type === "message" ? "" : `event: ${type}\n`;
                const hasId = event.lastEventId !== lastId;
                if (hasId) text += `id: ${event.lastEventId}\n`;
                lastId = event.lastEventId;
                text += event.data.split("\n").map(line => `data: ${line}\n`).join("") + "\n";
                counts.events += 1;
                total += 1;
                const what = `event ${type}${hasId ? `, id ${lastId}` : ""}`;
                const one = new Exchange(panel, "down", what, {lane, via});
                one.show({direction: "down",
                    heading: `↓ event ${total}, ${bytes(size(event.data), "data")}`, text,
                    note: "As it must have been at least; the page sees its fields alone."});
                one.answered(size(text), "arrived");
            });
        }
        const close = source.close.bind(source);
        source.close = () => {
            if (source.readyState === EventSource.CLOSED) return;
            close();
            leave?.();
            if (row.goesOn) row.goesOn = false;
            else row.broken("This page closed it before an answer came.", "given up");
            row.ended = performance.now();
            panel.changed(row);
            changed("closed");
        };
        ask(true);
        return source;
    }

    /**
     * A WebSocket. The size of each frame follows from its length (RFC 6455, section 5.2); `frame`
     * is told of each: its direction, opcode and payload.
     */
    function socket(url, {protocols = [], read = () => ({}), frame = () => {}, via} = {}) {
        const target = new URL(url, location.href.replace(/^http/, "ws"));
        const socket = new WebSocket(target, protocols);
        const lane = {};
        const asks = new Map(); // what answers it → the row
        const path = target.pathname + target.search;
        const upgrade = new Exchange(panel, "up", `GET ${path}`, {lane, via});
        const request = `GET ${path} HTTP/1.1\r\n`
            + `Host: ${target.host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n`
            + "Sec-WebSocket-Version: 13\r\n"
            + (protocols.length ? `Sec-WebSocket-Protocol: ${protocols.join(", ")}\r\n` : "")
            + "\r\n";
        upgrade.show({direction: "up", heading: "↑ the upgrade", text: request,
            note: "And Sec-WebSocket-Key, and what the browser adds."});
        let queued = 0;         // payload bytes given to the browser
        const leaving = [];     // frames that it still has
        let goodbye = null;     // what this page said in its close frame

        socket.addEventListener("open", () => {
            counts.requests += 1;
            upgrade.sent(size(request));
            const answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                + "Connection: Upgrade\r\n"
                + (socket.extensions ? `Sec-WebSocket-Extensions: ${socket.extensions}\r\n` : "")
                + (socket.protocol ? `Sec-WebSocket-Protocol: ${socket.protocol}\r\n` : "");
            upgrade.code = 101;
            upgrade.goesOn = true;
            upgrade.answered(size(answer) + 2 + size("Sec-WebSocket-Accept: \r\n") + 28);
            upgrade.show(...upgrade.parts, {direction: "down", heading: "↓ from here on, frames",
                text: answer + "\r\n", note: "And Sec-WebSocket-Accept, the key's answer."});
        });

        function framed(direction, opcode, content) {
            const isText = opcode === TEXT;
            const payload = typeof content === "string" ? size(content)
                : content.byteLength ?? content.size;
            const length = payload < 126 ? 2 : payload < 65536 ? 4 : 10;
            const header = length + (direction === "up" ? 4 : 0); // the mask, from a client
            const its = isText ? read(content, direction) : {};
            const what = its.what ?? (isText ? `“${content.slice(0, 80)}”`
                : opcode === CLOSE && payload ? `close ${content[0] << 8 | content[1]}`
                : OPCODES[opcode]);
            const row = new Exchange(panel, direction, what,
                {lane, via, wants: direction === "up" && its.asks !== undefined});
            row.approximate = socket.extensions !== "" && opcode !== CLOSE;
            if (row.approximate) panel.approximate();
            row.show({direction, heading: `${ARROWS[direction]} ${OPCODES[opcode]} frame: `
                + `${header} bytes of header, ${number(payload)} of payload`,
                text: isText ? content : hex(content), fields: its.fields,
                note: row.approximate && "Compressed on the wire "
                    + `(${socket.extensions}): less went than is counted.`});
            counts.frames += 1;
            if (direction === "down") row.answered(header + payload, "arrived");
            else row.weight = header + payload;
            if (its.answers !== undefined && asks.has(its.answers)) {
                const question = asks.get(its.answers);
                asks.delete(its.answers);
                question.sent();
                question.answered();
                question.show(...question.parts, ...row.parts);
            }
            if (direction === "up" && its.asks !== undefined) asks.set(its.asks, row);
            frame(direction, opcode, content);
            return {row, payload};
        }

        function leave() {
            const gone = queued - socket.bufferedAmount;
            while (leaving.length && leaving[0].upTo <= gone) leaving.shift().row.sent();
            if (leaving.length && socket.readyState <= WebSocket.CLOSING) {
                setTimeout(leave, DRAW_MS);
            }
        }

        const send = socket.send.bind(socket);
        socket.send = content => {
            send(content);
            const opcode = typeof content === "string" ? TEXT : BINARY;
            const {row, payload} = framed("up", opcode, content);
            queued += payload;
            leaving.push({row, upTo: queued});
            setTimeout(leave);
        };
        const close = socket.close.bind(socket);
        socket.close = (code, reason = "") => {
            if (code === undefined) close();
            else close(code, reason);
            if (goodbye || !upgrade.goesOn) return;
            goodbye = framed("up", CLOSE, closing(code ?? 1005, reason));
            leaving.push({...goodbye, upTo: queued});
            setTimeout(leave);
        };
        socket.addEventListener("message", event =>
            framed("down", typeof event.data === "string" ? TEXT : BINARY, event.data));
        socket.addEventListener("close", event => {
            leave(); // perhaps its own turn has not come yet
            for (const {row} of leaving.splice(0)) {
                if (event.wasClean && goodbye) { // then it was answered, and all before it had left
                    row.sent();
                } else {
                    counts.frames -= 1;
                    row.broken("The connection ended before it was sent.");
                }
            }
            asks.forEach(row => row.broken("The connection ended before an answer came."));
            if (event.wasClean && upgrade.goesOn) {
                framed("down", CLOSE, closing(event.code, event.reason));
                if (!goodbye) framed("up", CLOSE, closing(event.code, "")).row.sent();
                upgrade.goesOn = false;
                upgrade.ended = performance.now();
                panel.changed(upgrade);
            } else {
                upgrade.broken(upgrade.goesOn ? "The connection ended without a close frame."
                    : "There was no connection, or the answer was no 101.");
            }
        });
        return socket;
    }

    /**
     * For any other wire: a row of one's own. It has sent(bytes), answered(bytes), broken(why),
     * count(direction, bytes), show(…{direction, heading, text, note, fields}) and code.
     */
    const log = (direction, what, options) => new Exchange(panel, direction, what, options);

    /** For what goes past the log: takes one of six connections, and gives the way to let go. */
    const occupy = () => queue.enter(null);

    return {fetch: ask, events, socket, log, occupy, counts};
}

const TEXT = 1, BINARY = 2, CLOSE = 8;
const ARROWS = {up: "↑", down: "↓"};
const SIGNS = {waiting: "○", sent: "●", answered: "✓", arrived: "✓", broken: "✕"};
const OPCODES = {[TEXT]: "text", [BINARY]: "binary", [CLOSE]: "close"};

/** A close frame's payload: two bytes of code, then the reason. 1005 stands for none at all. */
function closing(code, reason) {
    if (code === 1005) return new Uint8Array();
    return new Uint8Array([code >> 8, code & 255, ...utf8.encode(reason)]);
}

/** Lesson 08's envelope, for a socket's `read`: an event's name, and which ack answers it. */
export function envelope(text, direction) {
    const {event, id} = parsed(text) ?? {};
    if (typeof event !== "string") return {};
    if (event === "ack" && direction === "down") return {what: `ack ${id}`, answers: String(id)};
    const hasId = direction === "up" && id !== undefined;
    return {what: hasId ? `${event}, id ${id}` : event, asks: hasId ? String(id) : undefined};
}

function bytes(count, of) {
    if (count === 0) return `no ${of}`;
    return `${number(count)} ${count === 1 ? "byte" : "bytes"} of ${of}`;
}

function hex(content) {
    if (content instanceof Blob) return `${number(content.size)} bytes`;
    const all = new Uint8Array(content.buffer ?? content, content.byteOffset ?? 0,
        content.byteLength);
    const shown = [...all.slice(0, 256)].map(byte => byte.toString(16).padStart(2, "0"));
    const rest = all.length > 256 ? ` … (${number(all.length)} bytes in all)` : "";
    return shown.join(" ").toUpperCase() + rest;
}

// ---- the panel ----------------------------------------------------------------------------------

/** Shows the rows of exchanges; they tell it when they change. */
function logPanel(place) {
    const counts = {requests: 0, frames: 0, events: 0, up: 0, down: 0};
    const numbers = {};
    const rows = [];            // the last exchanges, oldest first
    const shown = new Map();    // exchange → its element
    const dirty = new Set();
    let total = 0, timer = 0, ticker = 0;
    let paused = false, missed = 0;
    let chosen = null;          // whose bytes are shown; null: the newest's
    let approximate = false;

    place.classList.add("wire");
    const open = button("", () => setOpen(!place.classList.contains("open")), "wire-open");
    open.setAttribute("aria-controls", "wire-body");
    open.id = "wire-open";
    const body = element("div", "wire-body");
    body.id = "wire-body";
    const sums = element("dl");
    for (const [name, words, style] of [["requests", "requests", ""], ["events", "events", ""],
            ["frames", "frames", ""], ["up", "↑ bytes", "up"], ["down", "↓ bytes", "down"]]) {
        const box = element("div");
        numbers[name] = element("dd", style, "0");
        numbers[name].id = "wire-" + name;
        box.append(element("dt", "", words), numbers[name]);
        sums.append(box);
    }
    const pause = button("Pause", () => setPaused(!paused), "small");
    pause.id = "wire-pause";
    const filter = element("input");
    filter.id = "wire-filter";
    filter.type = "search";
    filter.placeholder = "Filter";
    filter.setAttribute("aria-label", "Show only exchanges with this text");
    filter.addEventListener("input", () => {
        rows.forEach(row => shown.get(row) && fit(row));
        atEnd();
    });
    const timeline = svg("svg",
        {class: "wire-time", preserveAspectRatio: "none", "aria-hidden": "true"});
    const scale = element("div", "wire-scale");
    scale.append(element("span", "", `${WINDOW_MS / 1000} s ago`), element("span", "", "now"));
    scale.ariaHidden = "true";
    const head = element("div", "wire-row wire-names");
    head.ariaHidden = "true";
    head.append(...["#", "", "what", "↑ bytes", "↓ bytes", "ms", "state"]
        .map(words => element("span", "", words)));
    const log = element("ul", "wire-log");
    log.id = "wire-log";
    log.tabIndex = 0;
    log.setAttribute("role", "listbox");
    log.setAttribute("aria-label",
        "Exchanges, the newest last: arrow keys choose one, Escape follows the newest");
    log.addEventListener("keydown", steer);
    const last = element("div", "wire-last");
    last.id = "wire-last";
    last.tabIndex = 0;
    last.setAttribute("role", "region");
    last.setAttribute("aria-label", "The bytes of one exchange");
    const follow = button("To the newest", () => choose(null), "small");
    follow.id = "wire-follow";
    follow.hidden = true;
    const tools = element("div", "wire-tools");
    tools.append(filter, follow, pause);
    const which = element("h3", "wire-which", "Nothing yet");
    body.append(sums, timeline, scale, tools, head, log, which, last, blindSpots());
    place.append(element("h2", "", "On the wire"), open, body);
    setOpen(false);
    draw();

    // --- what exchanges tell ---

    function added(row) {
        total += 1;
        row.number = total;
        rows.push(row);
        while (rows.length > ROWS) {
            const old = rows.shift();
            if (!paused) drop(old);
        }
        if (paused) missed += 1;
        changed(row);
    }

    function changed(row) {
        dirty.add(row);
        timer ||= setTimeout(draw, DRAW_MS);
        ticker ||= setInterval(tick, TICK_MS);
    }

    // --- showing ---

    function draw() {
        timer = 0;
        for (const [name, its] of Object.entries(numbers)) {
            const isBytes = name === "up" || name === "down";
            const sign = !isBytes || counts[name] === 0 ? "" : approximate ? "≈ " : "≥ ";
            its.textContent = sign + number(counts[name]);
            its.title = !sign ? "" : approximate ? "counted before compression"
                : "at least: the browser adds what no page can see";
            its.parentElement.hidden = ["frames", "events"].includes(name) && counts[name] === 0;
        }
        const newest = rows.at(-1);
        open.replaceChildren(element("strong", "", "On the wire"));
        if (newest) {
            open.append(element("span", `wire-newest ${newest.direction}`,
                `${ARROWS[newest.direction]} ${newest.what} ${newest.code}`), badge(newest));
        }
        pause.textContent = paused ? `Go on${missed ? ` (${missed} new)` : ""}` : "Pause";
        pause.setAttribute("aria-pressed", paused);
        if (paused) return drawDirty(row => shown.has(row));
        const wasAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
        for (const row of rows) {
            if (shown.has(row)) continue;
            const its = element("li", "wire-row");
            its.id = `wire-row-${row.number}`;
            its.setAttribute("role", "option");
            its.addEventListener("click", () => choose(row));
            shown.set(row, its);
            log.append(its);
            dirty.add(row);
        }
        drawDirty(row => shown.has(row));
        if (!chosen) showBytes(rows.at(-1));
        if (wasAtEnd && !chosen) atEnd();
    }

    function drawDirty(isShown) {
        for (const row of dirty) {
            if (!isShown(row)) continue;
            drawRow(row);
            if (row === chosen) showBytes(row);
        }
        dirty.clear();
    }

    function drawRow(row) {
        const its = shown.get(row);
        const code = element("b", row.code >= 400 ? "wire-code bad" : "wire-code", row.code);
        const what = element("span", "wire-what", "");
        what.title = row.what;
        if (row.via) what.append(element("b", "wire-via", row.via), " ");
        what.append(element("span", "", row.what), row.code === "" ? "" : code);
        const about = row.approximate ? "≈" : "";
        its.className = `wire-row ${row.direction} ${row.state}${row.goesOn ? " goes-on" : ""}`;
        its.dataset.number = row.number;
        its.dataset.state = row.state;
        its.replaceChildren(element("span", "wire-number", row.number),
            element("span", `wire-arrow ${row.direction}`, ARROWS[row.direction]), what,
            element("span", "wire-up", row.up ? about + number(row.up) : ""),
            element("span", "wire-down", row.down ? about + number(row.down) : ""),
            element("span", "wire-ms", row.ms === undefined ? "" : number(row.ms)), badge(row));
        fit(row);
    }

    /** How far it has come, as a sign and a word. */
    function badge(row) {
        const words = row.goesOn ? "open" : row.state;
        const made = element("span", "wire-state");
        const sign = element("i", "", SIGNS[row.state] ?? "–");
        sign.ariaHidden = "true";
        made.append(sign, ` ${words}`);
        made.dataset.state = row.state;
        if (row.state === "sent" && !row.isOver) made.classList.add("pending");
        return made;
    }

    function fit(row) {
        const wanted = filter.value.trim().toLowerCase();
        const its = [ARROWS[row.direction], row.via, row.what, row.code, row.state,
            ...row.parts.map(part => part.text ?? "")].join(" ").toLowerCase();
        shown.get(row).hidden = wanted !== "" && !its.includes(wanted);
    }

    function drop(row) {
        shown.get(row)?.remove();
        shown.delete(row);
        dirty.delete(row);
    }

    function atEnd() {
        log.scrollTop = log.scrollHeight;
    }

    function setPaused(is) {
        paused = is;
        if (!paused) {
            missed = 0;
            for (const row of [...shown.keys()]) if (!rows.includes(row)) drop(row);
        }
        draw();
        if (!paused) atEnd();
    }

    function setOpen(is) {
        place.classList.toggle("open", is);
        open.setAttribute("aria-expanded", is);
        if (is) atEnd();
    }

    // --- the bytes of one ---

    function choose(row) {
        shown.get(chosen)?.setAttribute("aria-selected", "false");
        chosen = row;
        follow.hidden = !row;
        if (!row) {
            log.removeAttribute("aria-activedescendant");
            draw();
            return atEnd();
        }
        shown.get(row).setAttribute("aria-selected", "true");
        shown.get(row).scrollIntoView({block: "nearest"});
        log.setAttribute("aria-activedescendant", `wire-row-${row.number}`);
        showBytes(row);
    }

    function steer(event) {
        const visible = [...shown.keys()].filter(row => !shown.get(row).hidden);
        const at = visible.indexOf(chosen);
        const end = visible.length - 1;
        const next = {Home: 0, End: end, ArrowUp: at < 0 ? end : at - 1,
            ArrowDown: at < 0 ? end : at + 1}[event.key];
        if (event.key === "Escape") choose(null);
        else if (next !== undefined && visible[next]) choose(visible[next]);
        else if (next === undefined) return;
        event.preventDefault();
    }

    let shownBytes = "";
    function showBytes(row) {
        if (!row) return;
        const signature = JSON.stringify([row.number, Boolean(chosen),
            row.parts.map(part => [part.heading, part.note, part.text?.length])]);
        if (signature === shownBytes) return; // who marks text to copy it keeps the mark
        shownBytes = signature;
        which.textContent = `${chosen ? "Number" : "The newest: number"} ${row.number}`;
        last.replaceChildren(...row.parts.flatMap(part => {
            const made = [element("h4", part.direction, part.heading)];
            if (part.fields?.length) made.push(fields(part.fields));
            if (part.text) {
                const lines = element("pre", part.direction);
                lines.append(...visible(part.text));
                made.push(lines);
            }
            if (part.note) made.push(element("p", "note", part.note));
            return made;
        }));
        last.scrollTop = 0;
    }

    // --- the timeline ---

    /** While something is under way, or still on the timeline. */
    function tick() {
        const now = performance.now();
        if (document.hidden) return;
        const pending = rows.filter(row => !row.isOver && row.state !== "arrived");
        if (!paused) pending.forEach(row => dirty.add(row));
        if (dirty.size) draw();
        if (!paused) drawTimeline();
        if (rows.every(row => row.isOver && now - row.ended > WINDOW_MS)) {
            clearInterval(ticker);
            ticker = 0;
        }
    }

    function drawTimeline() {
        const now = performance.now();
        const x = at => Math.max(0, 1000 * (1 - (now - at) / WINDOW_MS));
        const lanes = [];                       // until when each is taken
        const own = new Map();                  // of a stream or socket
        const drawn = [];
        const bar = (from, to, lane, style, high = 5) => {
            if (to < now - WINDOW_MS) return;
            drawn.push(svg("rect", {class: style, x: x(from), width: Math.max(3, x(to) - x(from)),
                y: lane * 8 + (8 - high) / 2, height: high}));
        };
        for (const row of rows) {
            const end = row.isOver ? row.ended : row.state === "arrived" ? row.firstAt : now;
            let lane = row.lane && own.get(row.lane);
            if (lane === undefined) {
                lane = lanes.findIndex(until => until < row.begun);
                if (lane < 0) lane = Math.min(lanes.length, LANES - 1);
                if (row.lane) own.set(row.lane, lane);
            }
            lanes[lane] = Math.max(lanes[lane] ?? 0, row.lane ? Infinity : end + 100);
            const left = row.sentAt || end;
            if (row.state === "broken") bar(row.begun, end, lane, "bad");
            else if (row.direction === "down") bar(row.firstAt, row.firstAt, lane, "down", 7);
            else if (!row.wants) bar(left, left, lane, "up", 7);
            else {
                if (left - row.begun > 20) bar(row.begun, left, lane, "waiting");
                if (row.sentAt) bar(row.sentAt, row.firstAt || end, lane, "up");
                if (row.firstAt) bar(row.firstAt, end, lane, "down", row.lane ? 1.5 : 5);
            }
        }
        timeline.setAttribute("viewBox", `0 -3 1000 ${Math.max(LANES / 2, lanes.length) * 8 + 6}`);
        timeline.replaceChildren(...drawn);
    }

    return {counts, added, changed, approximate: () => approximate = true};
}

/** A text with its line ends to be seen. */
function visible(text) {
    const made = [];
    for (const line of cut(text).split(/(?<=\n)/)) {
        const end = line.match(/\r?\n$/)?.[0] ?? "";
        made.push(line.slice(0, line.length - end.length));
        if (end) made.push(element("span", "eol", end === "\r\n" ? "\\r\\n" : "\\n"), "\n");
    }
    return made;
}

/** Pieces of a packet, each in a box with its meaning below it. */
function fields(all) {
    const made = element("div", "wire-fields");
    for (const [piece, meaning] of all) {
        const box = element("span", "wire-field");
        box.append(element("code", "", piece), element("small", "", meaning));
        made.append(box);
    }
    return made;
}

function blindSpots() {
    const box = element("details", "hint");
    box.append(element("summary", "", "What this panel cannot see"),
        element("p", "", "A page knows what its own script sends, and of an answer the status, the "
            + "headers and the body. The browser adds headers of its own (User-Agent, Accept, "
            + "cookies …) and hides them, keeps connections open or opens new ones, and sorts "
            + "the names that it shows. So the bytes here are a lower bound. Nor is it told when a "
            + "request leaves: the panel concludes that from the six connections that all tabs of "
            + "this page share, and corrects it by the browser's clock once there is an answer. "
            + `To see every byte as it is, put the tap between: ./jbang wire ${location.port}`));
    return box;
}

function cut(text) {
    if (text.length <= SHOWN) return text;
    return `${text.slice(0, SHOWN)} … (${number(size(text))} bytes in all)`;
}

function svg(name, attributes) {
    const made = document.createElementNS("http://www.w3.org/2000/svg", name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    return made;
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
                say("bad", `${answer.status}, but what was stored the answer does not tell: `
                    + answer.text);
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

    /** The feed has brought this one. Gives the milliseconds since it was stored, if by us. */
    function came({id}) {
        seen.add(id);
        if (!stored.has(id)) return undefined;
        const {at, status} = stored.get(id);
        const ms = Math.round(performance.now() - at);
        stored.delete(id);
        if ($("notice").dataset.about === `message ${id}`) {
            say("good", `${status}: stored as ${id}, and here ${number(ms)} ms later.`);
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
 * A WebSocket with lesson 08's envelope, {"event", "data", "id"}. An ack goes to whoever asked
 * under its id; whatever else comes is `heard`. It connects again by itself, each time a little later
 * (lesson 04 says why), unless `again` is false.
 */
export function talk(wire, url, {opened = () => {}, heard, closed = () => {}, again = true, via}) {
    const waiting = new Map(); // id → who waits for its ack
    let socket, lastId = 0, tries = 0;

    function connect() {
        socket = wire.socket(url, {read: envelope, via});
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
    return {send, ask, close: () => socket.close()};
}

// ---- Engine.IO, lessons 11 and 12 ---------------------------------------------------------------

const PACKETS = ["open", "close", "ping", "pong", "message", "upgrade", "noop"];
const SEPARATOR = "\u001e"; // between the packets of one HTTP body

/** What Engine.IO's packets are, for the log; `message` tells what stands behind a 4. */
function packetReader(message) {
    const one = packet => {
        const name = packet.startsWith("b") ? "binary" : PACKETS[packet[0]] ?? "?";
        const its = packet[0] === "4" ? message(packet.slice(1)) : {};
        const rest = packet.slice(1, 40);
        return {
            what: its.what ?? (packet[0] === "4" ? `message “${rest}”` : `${name} ${rest}`.trim()),
            fields: [[packet[0] ?? "", name], ...its.fields ?? [[packet.slice(1, 400), ""]]],
        };
    };
    return text => {
        const all = text.split(SEPARATOR).map(one);
        const more = all.length > 1 ? ` and ${all.length - 1} more` : "";
        return {what: all[0].what + more, fields: all.length === 1 ? all[0].fields : undefined};
    };
}

/**
 * A client of Engine.IO 4: it polls, moves to WebSocket where `mode` is "both", answers pings. What
 * happens is told: opened(open), heard(text or bytes), moved(), pinged(), closed(why).
 */
export function engine(wire, path, {mode = "both", message = () => ({}), opened = () => {}, heard,
        moved = () => {}, pinged = () => {}, closed = () => {}}) {
    const read = packetReader(message);
    const abort = new AbortController();
    const outgoing = []; // packets for the next POST
    let sid, socket = null, tried = null, over = false, silent = false, posting = false;
    let paused = false;  // the session is about to move: nothing more goes over HTTP
    let polling = Promise.resolve();
    const address = transport => `${path}?EIO=4&transport=${transport}${sid ? `&sid=${sid}` : ""}`;

    function end(why) {
        if (over) return;
        over = true;
        abort.abort();
        tried?.close();
        closed(why);
    }

    function take(packet) {
        if (silent || over) return;
        switch (packet[0]) {
            case "0": {
                const open = parsed(packet.slice(1)) ?? {};
                sid = open.sid;
                opened(open);
                if (mode === "both" && open.upgrades?.includes("websocket") && !socket) probe();
                break;
            }
            case "1":
                end("the server said goodbye");
                break;
            case "2":
                pinged();
                send("3");
                break;
            case "4":
                heard(packet.slice(1));
                break;
            case "b":
                heard(Uint8Array.from(atob(packet.slice(1)), letter => letter.charCodeAt(0)).buffer);
                break;
            default: // 3 and 6 tell a client nothing
        }
    }

    async function poll() {
        try {
            const answer = await wire.fetch(address("polling"), {signal: abort.signal, read});
            if (!answer.ok) {
                if (!socket) end(`the server answered ${answer.status}`);
                return;
            }
            answer.text.split(SEPARATOR).forEach(take);
        } catch (lost) {
            if (!socket) end("the connection was lost");
        }
    }

    async function keepPolling() {
        while (!over && !socket && !paused) {
            polling = poll();
            await polling;
            // A server that answers at once would be asked without end: once in a while will do.
            await new Promise(done => setTimeout(done, 20));
        }
    }

    async function post() {
        if (posting || paused || over || silent || outgoing.length === 0) return;
        posting = true;
        const body = outgoing.splice(0).join(SEPARATOR);
        try {
            const answer = await wire.fetch(address("polling"), {method: "POST", body, read,
                headers: {"Content-Type": "text/plain;charset=UTF-8"}, signal: abort.signal});
            if (!answer.ok && !socket) end(`the server answered ${answer.status}`);
        } catch (lost) {
            if (!socket) end("the connection was lost");
        }
        posting = false;
        post();
    }

    function listen(wired) {
        wired.binaryType = "arraybuffer";
        wired.addEventListener("message", ({data}) => {
            if (typeof data !== "string") {
                if (!silent && !over) heard(data);
            } else if (data === "3probe" && wired === tried) {
                move(wired);
            } else {
                take(data);
            }
        });
        wired.addEventListener("close", ({code}) => {
            if (wired === socket) end(`the WebSocket was closed (${code})`);
            else if (wired === tried) tried = null; // and polling goes on
        });
    }

    function probe() {
        tried = wire.socket(address("websocket"), {read});
        listen(tried);
        tried.addEventListener("open", () => tried.send("2probe"));
    }

    /** A wire may only be left when it is empty: the held GET comes home first. */
    async function move(wired) {
        paused = true;
        await polling;
        while (posting) await new Promise(done => setTimeout(done, 5));
        if (over || wired.readyState !== WebSocket.OPEN) {
            paused = false;
            keepPolling();
            return;
        }
        tried = null;
        socket = wired;
        socket.send("5");
        outgoing.splice(0).forEach(packet => socket.send(packet));
        moved();
    }

    /** Sends a packet, its digit included, or bytes; false where the session is over. */
    function send(packet) {
        if (over || silent) return false;
        if (socket) {
            if (socket.readyState !== WebSocket.OPEN) return false;
            socket.send(packet);
        } else {
            outgoing.push(typeof packet === "string" ? packet : "b" + btoa(String.fromCharCode(
                ...new Uint8Array(packet))));
            post();
        }
        return true;
    }

    if (mode === "websocket") {
        socket = wire.socket(address("websocket"), {read});
        listen(socket);
    } else {
        poll().then(keepPolling);
    }

    return {
        send,
        get wire() {
            return socket ? "WebSocket" : "long polling";
        },
        /** Says goodbye. */
        close() {
            send("1");
            end("this page said goodbye");
        },
        /** As if a cable was pulled out and put in again: no goodbye, and nothing is heard. */
        cut() {
            socket?.close();
            end("this page cut it");
        },
        /** Hears and says nothing any more, and keeps the connection: a laptop that was shut. */
        fallSilent() {
            silent = true;
        },
    };
}
