// MUTANT 11.3  Pings only who is on a WebSocket.
// SAYS   no ping came to the held GET of a session that polls
// EXERCISE 11.3  Heartbeat
void alive(Session session) {
    synchronized (session) {
        if (session.over) return;
        if (session.alarm != null) session.alarm.cancel(false);
        session.alarm = Clock.after(PING_INTERVAL_MS, () -> ping(session));
    }
}

void ping(Session session) {
    synchronized (session) {
        if (session.over) return;
        if (session.socket == null) return;
        session.send(new Packet(Packet.PING));
        session.alarm = Clock.after(PING_TIMEOUT_MS, () -> session.end());
    }
}
// END 11.3
