// MUTANT 11.5  Keeps a session whose WebSocket is gone.
// SAYS   its WebSocket's TCP has ended, so the session is over
// EXERCISE 11.5  Goodbye
static final int GOODBYE_MS = 1_000; // for the GET that fetches the last packet

void goodbye(Session session) {
    synchronized (session) {
        if (session.socket != null) {
            session.end();
            return;
        }
        session.leaving = true;
        session.waiting.clear();
        session.send(new Packet(Packet.NOOP));
        Clock.after(GOODBYE_MS, () -> session.end());
    }
}

/** A GET has got its answer. */
void answered(Session session) {
    if (session.leaving) session.end();
}

/** The WebSocket that it lives on has ended, with a close frame or without. */
void ended(Session session) {
}

/** A frame that no client may send: whoever sends it speaks another language. */
void strange(Session session) {
    session.end();
}
// END 11.5
