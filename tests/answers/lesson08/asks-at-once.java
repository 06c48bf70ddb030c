// ANSWER  Data that is no object has no text; the first ping goes out with the welcome.
// EXERCISE 8.2  Events
void received(WsMessageContext client) {
    JsonNode id = null;
    try {
        JsonNode event = StrictJson.MAPPER.readTree(client.message());
        if (!event.isObject()) throw new Refused("An event is an object");
        id = ackId(event);
        if (!"say".equals(event.path("event").textValue())) {
            throw new Refused("event: " + event.path("event") + "?");
        }
        String text = event.path("data").path("text").textValue();
        if (text == null || text.isBlank()) throw new Refused("say wants a text");
        var said = new Message(lastMessage.incrementAndGet(), clients.get(client.sessionId()), text,
            Message.now());
        tell(client, "said", said, null);
        granted(client, id, said);
    } catch (JsonProcessingException broken) {
        refused(client, id, "broken JSON");
    } catch (Refused refused) {
        refused(client, id, refused.getMessage());
    }
}
// END 8.2

// EXERCISE 8.5  Silence
void watch(WsContext client) {
    int unanswered = 0;
    try {
        while (client.session.isOpen()) {
            long before = Heard.bytesFrom(client);
            client.sendPing();
            Thread.sleep(HEARTBEAT_MS);
            unanswered = Heard.bytesFrom(client) > before ? 0 : unanswered + 1;
            if (unanswered == 2) break;
        }
    } catch (InterruptedException ended) {
        Thread.currentThread().interrupt();
    }
    gone(client);
    client.session.disconnect();
}
// END 8.5
