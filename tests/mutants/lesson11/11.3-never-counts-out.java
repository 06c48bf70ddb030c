// MUTANT 11.3  Asks, and waits for ever for the answer.
// SAYS   without a pong in PING_TIMEOUT_MS
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
        session.send(new Packet(Packet.PING));
    }
}
// END 11.3
