//SOURCES Message.java
//SOURCES Draft.java
//SOURCES Pause.java
package given;

import java.util.ArrayList;
import java.util.List;

/**
 * The log of messages with its ids, which start at 1 and grow by 1. The answer of exercises 3.5
 * (an id is taken and used in one step) and 4.1 (what is newer than a cursor). In memory: a restart
 * forgets it. Any thread may call it.
 */
public final class Feed {
    private final List<Message> messages = new ArrayList<>(); // message n stands at n − 1

    /** Stores a message. */
    public Message add(Draft draft) {
        Message message = store(draft);
        Pause.here(); // it is there, and nobody was told yet
        return message;
    }

    private synchronized Message store(Draft draft) {
        var message = new Message(messages.size() + 1, draft.from(), draft.text(), Message.now());
        messages.add(message);
        return message;
    }

    /** The messages with an id larger than {@code after}, oldest first, at most so many. */
    public List<Message> after(long after, int most) {
        List<Message> news = look(after, most);
        Pause.here(); // what comes from now on is not in it
        return news;
    }

    private synchronized List<Message> look(long after, int most) {
        int from = (int) Math.min(after, messages.size());
        return List.copyOf(messages.subList(from, Math.min(messages.size(), from + most)));
    }

    /** The newest message's id; 0 where there is none. */
    public long newest() {
        Pause.here(); // what was posted meanwhile is in it
        long newest = size();
        Pause.here(); // and what comes from now on is not
        return newest;
    }

    private synchronized long size() {
        return messages.size();
    }
}
