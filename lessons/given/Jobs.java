//DEPS com.fasterxml.jackson.core:jackson-databind:2.22.4
//SOURCES Bus.java
//SOURCES Clock.java
//SOURCES Setting.java
//SOURCES StrictJson.java
package given;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.UncheckedIOException;
import java.util.function.BiConsumer;

/**
 * Work in the background: whichever process claims a job does it, and tells how far it is. A job is
 * an entry of a stream, so it waits for somebody to do it; how far it is may be lost, since more is
 * told soon. No exercise is about it. Left out: what a process had claimed that was killed, and
 * what nobody did in half an hour.
 */
public final class Jobs {
    private static final int STEP_MS = Setting.of("STEP_MS", 100);
    private static final int AGAIN_MS = 100;
    private static final int OLDEST_MS = 1_800_000; // less than claims are known for: Bus.claim
    private static final String STREAM = "jobs";
    private static final String CHANNEL = "progress";

    /** As a person is told. */
    public record Progress(String job, int done, int of) {
        /** The event's name. */
        public String event() {
            return done < of ? "progress" : "done";
        }
    }

    private record Job(String person, int steps) {}

    private record Told(String person, Progress progress) {}

    private final Bus bus;

    public Jobs(Bus bus) {
        this.bus = bus;
    }

    /** Puts a job there; gives its name. */
    public String add(String person, int steps) throws Bus.Away {
        return "job-" + bus.append(STREAM, StrictJson.text(new Job(person, steps)));
    }

    /** From now on this hears how far the jobs are, whoever does them, and whose they are. */
    public void listen(BiConsumer<String, Progress> heard) {
        bus.listen(CHANNEL, text -> {
            Told told = read(text, Told.class);
            heard.accept(told.person, told.progress);
        });
    }

    /** From now on this process does jobs, each on a thread of its own. */
    public void work() {
        Thread.ofVirtual().name("looks for jobs").start(() -> {
            // What is older may have been done: nobody knows any more who has claimed it.
            long last = (System.currentTimeMillis() - OLDEST_MS) * 1_000;
            while (true) {
                try {
                    for (Bus.Entry each : bus.after(STREAM, last)) {
                        last = each.id();
                        Thread.startVirtualThread(() -> work(each));
                    }
                } catch (Bus.Away later) {
                    Clock.sleep(AGAIN_MS);
                } catch (InterruptedException ended) {
                    return;
                }
            }
        });
    }

    private void work(Bus.Entry entry) {
        String name = "job-" + entry.id();
        try {
            if (!bus.claim(name)) return; // another process does it, or has done it
        } catch (Bus.Away unclaimed) {
            return; // another one will
        }
        Job job = read(entry.text(), Job.class);
        for (int done = 1; done <= job.steps; done++) {
            Clock.sleep(STEP_MS); // what work there would be
            var progress = new Progress(name, done, job.steps);
            bus.tell(CHANNEL, StrictJson.text(new Told(job.person, progress)));
        }
    }

    private static <T> T read(String text, Class<T> type) {
        try {
            return StrictJson.MAPPER.readValue(text, type);
        } catch (JsonProcessingException foreign) {
            throw new UncheckedIOException(foreign);
        }
    }
}
