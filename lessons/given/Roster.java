//SOURCES Pause.java
package given;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who is here, in the order of coming. Each step, to add, to remove or to walk, is safe by itself
 * on any thread; two steps are not one, and while somebody walks others may come and go. No lesson
 * teaches it: who walks when is exercise 9.1.
 */
public final class Roster<T> implements Iterable<T> {
    private final Set<T> members = new LinkedHashSet<>();
    private final AtomicInteger walks = new AtomicInteger();

    /** True where it was not here. */
    public boolean add(T member) {
        Pause.here();
        synchronized (members) {
            return members.add(member);
        }
    }

    /** True where it was here, so for one caller alone. */
    public boolean remove(T member) {
        synchronized (members) {
            return members.remove(member);
        }
    }

    /** Those who are here now. */
    public List<T> all() {
        synchronized (members) {
            return List.copyOf(members);
        }
    }

    /**
     * Over those who are here now. Where the tests ask for it every other walk rests behind the
     * first of them, as any thread may at any time.
     */
    @Override
    public Iterator<T> iterator() {
        boolean rests = walks.getAndIncrement() % 2 == 0;
        Iterator<T> all = all().iterator();
        return new Iterator<>() {
            private int taken;

            @Override
            public boolean hasNext() {
                return all.hasNext();
            }

            @Override
            public T next() {
                if (rests && taken++ == 1) Pause.here();
                return all.next();
            }
        };
    }
}
