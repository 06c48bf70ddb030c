package workshop.notebook;

/**
 * Starts the kernel's own main method, keeps its threads alive, and ends when Jupyter is gone.
 *
 * <p>The kernel (3.0.1) opens its channels before it knows what to do with a message. Where Jupyter
 * asks in that moment, the thread that listens dies of a {@code NullPointerException} and the
 * notebook waits for ever: measured, one start in four. Here the thread goes on listening instead;
 * Jupyter asks again each second.
 */
public final class KernelMain {
    private static final String MAIN = "org.rapaio.jupyter.kernel.MainApp";
    private static final String LISTENER = "org.rapaio.jupyter.kernel.channels.LoopThread";

    private KernelMain() {}

    /** @param arguments the connection file that Jupyter names */
    public static void main(String[] arguments) throws ReflectiveOperationException {
        Thread.setDefaultUncaughtExceptionHandler(KernelMain::goOn);
        // A Jupyter that was killed tells nobody; its kernels, and their servers, end with it.
        ProcessHandle.current().parent()
                .ifPresent(jupyter -> jupyter.onExit().thenRun(() -> Runtime.getRuntime().halt(0)));
        Class.forName(MAIN).getMethod("main", String[].class).invoke(null, (Object) arguments);
    }

    /** Called on the dying thread itself, which so lives on. */
    private static void goOn(Thread thread, Throwable death) {
        if (!thread.getClass().getName().equals(LISTENER)) {
            death.printStackTrace();
            return;
        }
        while (true) {
            try {
                thread.run();
                return;     // it was told to end
            } catch (RuntimeException tooEarly) {
                Thread.onSpinWait();
            }
        }
    }
}
