package workshop.notebook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Base64;
import java.util.List;

/**
 * Hands pictures to the kernel that runs the notebook. Each Java kernel has a display call of its
 * own; they are found by name, so that this class compiles and runs without any of them.
 */
public final class KernelDisplay {
    /** What is shown in pieces: a class, its static method for the kernel that runs, its data. */
    private record Whole(String kernel, String running, String data) {}

    private static final List<Whole> WHOLE = List.of(
            new Whole("org.dflib.jjava.jupyter.kernel.BaseKernel", "notebookKernel", // ours, too
                    "org.dflib.jjava.jupyter.kernel.display.DisplayData"),
            new Whole("io.github.spencerpark.ijava.IJava", "getKernelInstance",
                    "io.github.spencerpark.jupyter.kernel.display.DisplayData"));
    /** Older ones: these have the same {@code String display(Object, String... mimeTypes)}. */
    private static final List<String> IJAVA_AND_ITS_HEIRS = List.of(
            "org.dflib.jjava.jupyter.kernel.NotebookStatics",       // JJava 1.0, milestones
            "org.dflib.jjava.runtime.Display",                      // JJava 0.x
            "io.github.spencerpark.ijava.runtime.Display");         // IJava

    @FunctionalInterface
    private interface Screen {
        void show(Picture picture) throws ReflectiveOperationException;
    }

    private final String kernel;
    private final Screen screen;

    private KernelDisplay(String kernel, Screen screen) {
        this.kernel = kernel;
        this.screen = screen;
    }

    /** The display of the kernel whose classes {@code loader} sees, or the standard output. */
    public static KernelDisplay find(ClassLoader loader) {
        for (Whole whole : WHOLE) {
            if (runs(loader, whole)) {
                return new KernelDisplay(whole.kernel, picture -> show(loader, whole, picture));
            }
        }
        for (String name : IJAVA_AND_ITS_HEIRS) {
            if (has(loader, name)) {
                return new KernelDisplay(name, picture -> showByIJava(loader, name, picture));
            }
        }
        return new KernelDisplay("none", KernelDisplay::print);
    }

    /** Which kernel was found: for messages and tests. */
    public String kernel() {
        return kernel;
    }

    /** Shows the picture; where the kernel refuses it, prints its caption instead. */
    public void show(Picture picture) {
        try {
            screen.show(picture);
        } catch (ReflectiveOperationException | RuntimeException refused) {
            Throwable why = refused instanceof InvocationTargetException ? refused.getCause()
                    : refused;
            print(picture);
            System.out.println("(the kernel does not show it: " + why + ")");
        }
    }

    private static boolean has(ClassLoader loader, String name) {
        try {
            Class.forName(name, false, loader);
            return true;
        } catch (ClassNotFoundException | LinkageError absent) {
            return false;
        }
    }

    private static void print(Picture picture) {
        System.out.println(picture.type().equals(Picture.HTML) ? picture.caption()
                : "[picture: " + picture.caption() + "]");
    }

    private static boolean runs(ClassLoader loader, Whole whole) {
        try {
            return running(loader, whole) != null;
        } catch (ReflectiveOperationException | LinkageError none) {
            return false;
        }
    }

    private static Object running(ClassLoader loader, Whole whole)
            throws ReflectiveOperationException {
        return Class.forName(whole.kernel, true, loader).getMethod(whole.running).invoke(null);
    }

    /** As HTML; its caption where only text is shown. */
    private static void show(ClassLoader loader, Whole whole, Picture picture)
            throws ReflectiveOperationException {
        Class<?> type = Class.forName(whole.data, true, loader);
        Object data = type.getConstructor(String.class).newInstance(picture.caption());
        Method put = type.getMethod("putData", String.class, Object.class);
        put.invoke(data, picture.type(), picture.content());
        put.invoke(data, "text/html", html(picture));
        Object kernel = running(loader, whole);
        kernel.getClass().getMethod("display", type).invoke(kernel, data);
    }

    private static void showByIJava(ClassLoader loader, String name, Picture picture)
            throws ReflectiveOperationException {
        Class.forName(name, true, loader).getMethod("display", Object.class, String[].class)
                .invoke(null, html(picture), new String[] {"text/html"});
    }

    /**
     * An image that carries its own bytes. An SVG as such is lost on the way to some readers:
     * nbconvert takes the shapes out of it, lest they be scripts.
     */
    private static String html(Picture picture) {
        if (picture.type().equals(Picture.HTML)) return picture.content();
        String bytes = picture.type().equals("image/png") ? picture.content()
                : Base64.getEncoder().encodeToString(picture.content().getBytes(UTF_8));
        return "<img style=\"max-width: 760px; width: 100%\" alt=\""
                + ShownVerdicts.escaped(picture.caption())
                + "\" src=\"data:" + picture.type() + ";base64," + bytes + "\">";
    }
}
