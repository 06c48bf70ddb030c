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
 * is not its own, memory that no limit counts, namespaces in which it would be root.
 *
 * <p>A filter is a program for the kernel's packet filter (BPF), of instructions that are eight
 * bytes each. It begins with what was asked in a struct: the number of the call, the architecture,
 * and from its sixteenth byte on the arguments.
 */
final class SystemCalls {
    private static final int NUMBER = 0;
    private static final int ARCHITECTURE = 4;
    private static final int FIRST_ARGUMENT = 16; // its lower half, on a little-endian machine

    // Instructions of BPF, and what a filter can answer; both as linux/bpf_common.h, seccomp.h.
    private static final int LOAD = 0x20;
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
    private static final int NAMESPACES = 0x7e02_0080; // CLONE_NEW…
    private static final int OTHER_ABI = 0x4000_0000;  // x32's numbers on a 64-bit PC

    /** The numbers of calls differ between machines. */
    private enum Machine {
        AMD64(0xc000_003e, 56, 41, 157, new int[] {
            203, 319, 447,           // sched_setaffinity, memfd_create, memfd_secret
            29, 68, 64,              // shmget, msgget, semget
            46, 307,                 // sendmsg, sendmmsg: what is on its way is in no account
            272, 308,                // unshare, setns
            248, 249, 250,           // add_key, request_key, keyctl
            323, 425, 298, 321}),    // userfaultfd, io_uring_setup, perf_event_open, bpf
        AARCH64(0xc000_00b7, 220, 198, 167, new int[] {
            122, 279, 447,
            194, 186, 190,
            211, 269,
            97, 268,
            217, 218, 219,
            282, 425, 241, 280});

        private static final int CLONE3 = 435; // here and there
        private final int audit;               // AUDIT_ARCH_…
        private final int clone;
        private final int socket;
        private final int prctl;
        private final int[] denied;

        Machine(int audit, int clone, int socket, int prctl, int[] denied) {
            this.audit = audit;
            this.clone = clone;
            this.socket = socket;
            this.prctl = prctl;
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
        add(all, LOAD, 0, 0, FIRST_ARGUMENT);
        add(all, IF_ANY_BIT, 0, 1, NAMESPACES);
        add(all, RETURN, 0, 0, FAIL_WITH | EPERM);
        add(all, RETURN, 0, 0, ALLOW);
        add(all, IF_EQUAL, 0, 4, machine.prctl);
        add(all, LOAD, 0, 0, FIRST_ARGUMENT);
        add(all, IF_EQUAL, 0, 1, PR_SET_DUMPABLE);
        add(all, RETURN, 0, 0, FAIL_WITH | EPERM);
        add(all, RETURN, 0, 0, ALLOW);
        add(all, IF_EQUAL, 0, 4, machine.socket);
        add(all, LOAD, 0, 0, FIRST_ARGUMENT);
        add(all, IF_EQUAL, 2, 0, AF_INET);
        add(all, IF_EQUAL, 1, 0, AF_INET6);
        add(all, RETURN, 0, 0, FAIL_WITH | EAFNOSUPPORT);
        add(all, RETURN, 0, 0, ALLOW);
        return bytes(all);
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
