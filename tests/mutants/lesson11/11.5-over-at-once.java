// MUTANT 11.5  Ends a session that polls at once.
// SAYS   so its next GET gets 6
// EXERCISE 11.5  Goodbye
static final int GOODBYE_MS = 1_000; // for the GET that fetches the last packet

void goodbye(Session session) {
    synchronized (session) {
        if (session.socket != null) {
            session.end();
            return;
        }
        session.waiting.clear();
        boolean held = session.getting;
        session.send(new Packet(Packet.NOOP));
        if (held) session.leaving = true;
        else session.end();
    }
}

/** A GET has got its answer. */
void answered(Session session) {
    if (session.leaving) session.end();
}

/** The WebSocket that it lives on has ended, with a close frame or without. */
void ended(Session session) {
    session.end();
}

/** A frame that no client may send: whoever sends it speaks another language. */
void strange(Session session) {
    session.end();
}
// END 11.5
