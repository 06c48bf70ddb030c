// MUTANT 11.4  Leaves a held GET where it is.
// SAYS   it was held until the next ping
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
    }
}

void giveUp(Session session, WsContext socket) {
    synchronized (session) {
        if (!socket.equals(session.tried)) return; // the session lives on it, or it is gone
        session.tried = null;
        session.probed = false;
        BothWires.hangUp(socket);
    }
}
// END 11.4
