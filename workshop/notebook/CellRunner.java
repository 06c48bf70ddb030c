package workshop.notebook;

import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeTransform;
import java.lang.classfile.Label;
import java.lang.classfile.instruction.BranchInstruction;
import java.lang.classfile.instruction.LabelTarget;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import jdk.jshell.execution.DirectExecutionControl;

/**
 * Runs the cells' code in this process, each piece on a thread of its own that can be stopped: it
 * is interrupted, and where it turns in a loop that does not ask for interrupts, it ends at the
 * loop's next turn, since each loop looks whether its thread shall go on. JShell's own local engine
 * does the same to all threads that any cell ever started, a notebook's servers among them.
 */
public final class CellRunner extends DirectExecutionControl {
    private static final ClassDesc HERE = CellRunner.class.describeConstable().orElseThrow();

    /** Ends a cell's thread; an Error, so that few catch it, and all that do meet it again. */
    private static final class Stop extends Error {
        Stop() {
            super("the cell was interrupted", null, false, false);
        }
    }

    private static final class CellThread extends Thread {
        private volatile boolean stopped;

        CellThread(Runnable cell) {
            super(cell, "cell");
        }
    }

    private volatile CellThread running;

    /** Called by the cells' code at each turn of a loop, and at the beginning of each method. */
    public static void goOn() {
        if (Thread.currentThread() instanceof CellThread cell && cell.stopped) throw new Stop();
    }

    @Override
    public void load(ClassBytecodes[] classes) throws ClassInstallException,
            NotImplementedException, EngineTerminationException {
        super.load(Stream.of(classes).map(each -> new ClassBytecodes(each.name(),
                asking(each.bytecodes()))).toArray(ClassBytecodes[]::new));
    }

    private static byte[] asking(byte[] bytes) {
        ClassFile format = ClassFile.of();
        return format.transformClass(format.parse(bytes), ClassTransform.transformingMethodBodies(
                CodeTransform.ofStateful(Asking::new)));
    }

    private static final class Asking implements CodeTransform {
        private final Set<Label> behind = new HashSet<>();

        @Override
        public void atStart(CodeBuilder code) {
            ask(code);
        }

        @Override
        public void accept(CodeBuilder code, CodeElement element) {
            if (element instanceof LabelTarget target) behind.add(target.label());
            if (element instanceof BranchInstruction back && behind.contains(back.target())) {
                ask(code);
            }
            code.with(element);
        }

        private static void ask(CodeBuilder code) {
            code.invokestatic(HERE, "goOn", ConstantDescs.MTD_void);
        }
    }

    @Override
    protected String invoke(Method code) throws Exception {
        var result = new FutureTask<Object>(() -> code.invoke(null));
        var cell = new CellThread(result);
        running = cell;
        try {
            cell.start();
            cell.join();
            return valueString(result.get());
        } catch (ExecutionException failed) {
            if (cell.stopped) throw new StoppedException();
            if (failed.getCause() instanceof InvocationTargetException thrown) throw thrown;
            throw failed;
        } finally {
            running = null;
        }
    }

    /** Stops what runs now, if anything does: to be called again until it has ended. */
    @Override
    public void stop() {
        CellThread cell = running;
        if (cell == null) return;
        cell.stopped = true;
        cell.interrupt();
    }
}
