// MUTANT 11.3  Pings after half of the time.
// SAYS   but a ping came after
// EXERCISE 11.3  Heartbeat
void alive(Session session) {
    synchronized (session) {
        if (session.over) return;
        if (session.alarm != null) session.alarm.cancel(false);
        session.alarm = Clock.after(PING_INTERVAL_MS / 2, () -> ping(session));
    }
}

void ping(Session session) {
    synchronized (session) {
        if (session.over) return;
        session.send(new Packet(Packet.PING));
        session.alarm = Clock.after(PING_TIMEOUT_MS, () -> session.end());
    }
}
// END 11.3
