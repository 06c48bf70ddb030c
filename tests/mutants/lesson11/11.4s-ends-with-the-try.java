// MUTANT 11.4★  Ends the session with a WebSocket that was only tried.
// SAYS   and polling goes on, but a POST of the session got 400
// EXERCISE 11.4  Move to WebSocket
void tryOut(Session session, WsContext socket) {
    synchronized (session) {
        if (session.over || session.socket != null || session.tried != null) {
            BothWires.hangUp(socket);
            return;
        }
        session.tried = socket;
        Clock.after(UPGRADE_TIMEOUT_MS, () -> giveUp(session, socket));
    }
}

void heardWhileTried(Session session, WsContext socket, Packet packet) {
    String frame = packet == null ? "" : packet.encoded();
    synchronized (session) {
        if (!socket.equals(session.tried)) return; // refused, and not closed so far
        if (frame.equals("2probe") && !session.probed) {
            session.probed = true;
            socket.send("3probe");
        } else if (frame.equals("5") && session.probed) {
            session.tried = null;
            session.live(socket);
            for (Packet each : session.waiting) session.send(each);
            session.waiting.clear();
        } else {
            giveUp(session, socket);
        }
        session.notifyAll(); // a held GET looks again
    }
}

void giveUp(Session session, WsContext socket) {
    synchronized (session) {
        if (!socket.equals(session.tried)) return; // the session lives on it, or it is gone
        session.tried = null;
        session.probed = false;
        BothWires.hangUp(socket);
        session.end();
    }
}
// END 11.4
