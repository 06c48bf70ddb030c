// MUTANT 11.3  Asks, and waits for ever for the answer.
// SAYS   no pong came in PING_TIMEOUT_MS=1800 after the ping, so the session is over
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
