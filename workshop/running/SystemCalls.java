package workshop.running;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a program behind the walls may not ask of the kernel, as a filter for seccomp: a core that
 * is not its own, memory that no limit counts, namespaces in which it would be root, and whatever
 * has one limit, or one lock, for all programs of the machine.
 *
 * <p>A filter is a program for the kernel's packet filter (BPF), of instructions that are eight
 * bytes each. It begins with what was asked in a struct: the number of the call, the architecture,
 * and from its sixteenth byte on the arguments.
 */
final class SystemCalls {
    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int ARGUMENTS = 16; // of 8 bytes; first the lower half, where we run

    // Instructions of BPF, and what a filter can answer; both as linux/bpf_common.h, seccomp.h.
    private static final int LOAD = 0x20;
    private static final int AND = 0x54;
    private static final int IF_EQUAL = 0x15;
    private static final int IF_AT_LEAST = 0x35;
    private static final int IF_ANY_BIT = 0x45;
    private static final int RETURN = 0x06;
    private static final int ALLOW = 0x7fff_0000;
    private static final int FAIL_WITH = 0x0005_0000;

    private static final int EPERM = 1;
    private static final int ENOSYS = 38;
    private static final int EAFNOSUPPORT = 97;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int PR_SET_DUMPABLE = 4;      // it would hide its open files from us
    private static final int PR_SET_SECCOMP = 22;
    private static final int PR_SCHED_CORE = 62;       // nobody else beside it, on one core
    private static final int F_SETLEASE = 1024;        // who opens that file then waits for 45 s
    private static final int SHARED_MEMORY = 0x21;     // MAP_SHARED, MAP_ANONYMOUS
    private static final int NAMESPACES = 0x7e02_0080; // CLONE_NEW…
    private static final int OTHER_ABI = 0x4000_0000;  // x32's numbers on a 64-bit PC

    // The machine has room for so many filters: a program that attaches thousands to its sockets
    // leaves a neighbour none, and has brought a kernel to a stop.
    private static final int SOL_SOCKET = 1;
    private static final int[] SO_ATTACH = {26, 50, 51, 52}; // …_FILTER, …_BPF, …_REUSEPORT_…

    /** The numbers of calls differ between machines. */
    private enum Machine {
        AMD64(0xc000_003e, 56, 41, 54, 157, 72, 9, new int[] {
            203, 319, 447,           // sched_setaffinity, memfd_create, memfd_secret
            29, 68, 64,              // shmget, msgget, semget
            46, 307,                 // sendmsg, sendmmsg: what is on its way is in no account
            278,                     // vmsplice, as above
            272, 308,                // unshare, setns
            248, 249, 250,           // add_key, request_key, keyctl
            317,                     // seccomp
            323, 425, 298, 321}),    // userfaultfd, io_uring_setup, perf_event_open, bpf
        AARCH64(0xc000_00b7, 220, 198, 208, 167, 25, 222, new int[] {
            122, 279, 447,
            194, 186, 190,
            211, 269,
            75,
            97, 268,
            217, 218, 219,
            277,
            282, 425, 241, 280});

        private static final int CLONE3 = 435; // here and there
        private final int audit;               // AUDIT_ARCH_…
        private final int clone;
        private final int socket;
        private final int setsockopt;
        private final int prctl;
        private final int fcntl;
        private final int mmap;
        private final int[] denied;

        Machine(int audit, int clone, int socket, int setsockopt, int prctl, int fcntl, int mmap,
                int[] denied) {
            this.audit = audit;
            this.clone = clone;
            this.socket = socket;
            this.setsockopt = setsockopt;
            this.prctl = prctl;
            this.fcntl = fcntl;
            this.mmap = mmap;
            this.denied = denied;
        }

        static Optional<Machine> ours() {
            return switch (System.getProperty("os.arch")) {
                case "amd64" -> Optional.of(AMD64);
                case "aarch64" -> Optional.of(AARCH64);
                default -> Optional.empty();
            };
        }
    }

    private static Path file;

    private SystemCalls() {}

    /** The file that bwrap reads the filter from; none where we do not know the numbers. */
    static synchronized Optional<Path> filter() {
        Optional<Machine> ours = Machine.ours();
        try {
            if (ours.isPresent() && (file == null || !Files.exists(file))) {
                file = Files.write(Scratch.folder("walls").resolve("filter"), filter(ours.get()));
            }
        } catch (IOException full) {
            throw new java.io.UncheckedIOException("cannot write the filter of the walls", full);
        }
        return ours.map(_ -> file);
    }

    private static byte[] filter(Machine machine) {
        var all = new ArrayList<long[]>(); // code, how many to skip if true, if false, a value
        add(all, LOAD, 0, 0, ARCHITECTURE);
        add(all, IF_EQUAL, 1, 0, machine.audit);
        add(all, RETURN, 0, 0, FAIL_WITH | EPERM);
        add(all, LOAD, 0, 0, NUMBER);
        if (machine == Machine.AMD64) {
            add(all, IF_AT_LEAST, 0, 1, OTHER_ABI);
            add(all, RETURN, 0, 0, FAIL_WITH | EPERM);
        }
        for (int call : machine.denied) {
            add(all, IF_EQUAL, 0, 1, call);
            add(all, RETURN, 0, 0, FAIL_WITH | EPERM);
        }
        // Its arguments lie where no filter can look. Who hears that it is not there takes clone.
        add(all, IF_EQUAL, 0, 1, Machine.CLONE3);
        add(all, RETURN, 0, 0, FAIL_WITH | ENOSYS);
        add(all, IF_EQUAL, 0, 4, machine.clone);
        add(all, LOAD, 0, 0, argument(0));
        add(all, IF_ANY_BIT, 0, 1, NAMESPACES);
        add(all, RETURN, 0, 0, FAIL_WITH | EPERM);
        add(all, RETURN, 0, 0, ALLOW);
        add(all, IF_EQUAL, 0, 5, machine.mmap);
        add(all, LOAD, 0, 0, argument(3));
        add(all, AND, 0, 0, SHARED_MEMORY);
        add(all, IF_EQUAL, 0, 1, SHARED_MEMORY);
        add(all, RETURN, 0, 0, FAIL_WITH | EPERM);
        add(all, RETURN, 0, 0, ALLOW);
        deny(all, machine.prctl, 0, PR_SET_DUMPABLE, PR_SET_SECCOMP, PR_SCHED_CORE);
        deny(all, machine.fcntl, 1, F_SETLEASE);
        add(all, IF_EQUAL, 0, 3, machine.setsockopt);
        add(all, LOAD, 0, 0, argument(1));
        add(all, IF_EQUAL, 1, 0, SOL_SOCKET);
        add(all, RETURN, 0, 0, ALLOW);
        add(all, LOAD, 0, 0, NUMBER);
        deny(all, machine.setsockopt, 2, SO_ATTACH);
        add(all, IF_EQUAL, 0, 4, machine.socket);
        add(all, LOAD, 0, 0, argument(0));
        add(all, IF_EQUAL, 2, 0, AF_INET);
        add(all, IF_EQUAL, 1, 0, AF_INET6);
        add(all, RETURN, 0, 0, FAIL_WITH | EAFNOSUPPORT);
        add(all, RETURN, 0, 0, ALLOW);
        return bytes(all);
    }

    /** Refuses {@code call} where that argument is one of {@code values}, else allows it. */
    private static void deny(List<long[]> all, int call, int argument, int... values) {
        add(all, IF_EQUAL, 0, values.length + 3, call);
        add(all, LOAD, 0, 0, argument(argument));
        for (int i = 0; i < values.length; i++) {
            add(all, IF_EQUAL, values.length - i, 0, values[i]);
        }
        add(all, RETURN, 0, 0, ALLOW);
        add(all, RETURN, 0, 0, FAIL_WITH | EPERM);
    }

    private static int argument(int number) {
        return ARGUMENTS + 8 * number;
    }

    private static void add(List<long[]> all, int code, int ifTrue, int ifFalse, int value) {
        all.add(new long[] {code, ifTrue, ifFalse, value});
    }

    private static byte[] bytes(List<long[]> all) {
        ByteBuffer bytes = ByteBuffer.allocate(all.size() * 8).order(ByteOrder.nativeOrder());
        for (long[] each : all) {
            bytes.putShort((short) each[0]).put((byte) each[1]).put((byte) each[2])
                    .putInt((int) each[3]);
        }
        return bytes.array();
    }
}
