// MUTANT 11.3  Pings only who is on a WebSocket.
// SAYS   a ping goes out PING_INTERVAL_MS after the opening
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
