package workshop.running;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs in the learner's process, and starts the learner's {@code main} there. It ends the process,
 * and whatever that has started, as soon as its standard input ends: so a program never outlives
 * the tool that started it, however that one dies, on any system.
 *
 * <p>Knows the JDK alone: its class is all that a learner's class path holds of this tool.
 *
 * <pre>java -cp launcher.jar:… workshop.running.Launcher [--classes PATH] MAIN [ARGUMENT…]</pre>
 *
 * {@code --classes} loads the program beside the class path instead of from it. That is for the run
 * that records an AOT cache, whose class path may hold jars alone.
 */
public final class Launcher {
    static final String NO_MAIN = "there is no main method: void main(String... args) { … }";

    private static final long EXIT_MS = 1_000; // less than the 2 s that a lesson has to stop in

    private Launcher() {}

    public static void main(String[] words) throws Throwable {
        boolean recording = words[0].equals("--classes");
        InputStream tool = System.in;
        System.setIn(InputStream.nullInputStream());
        Thread watch = new Thread(() -> endWith(tool, recording), "end with the tool");
        watch.setDaemon(true);
        watch.setPriority(Thread.MAX_PRIORITY);
        watch.start();

        ClassLoader loader = Launcher.class.getClassLoader();
        if (recording) {
            loader = new URLClassLoader(urls(words[1]), loader);
            words = Arrays.copyOfRange(words, 2, words.length);
            ask();
        }
        Thread.currentThread().setContextClassLoader(loader);
        // A program that ends by itself leaves nothing behind either. Once it is gone, its
        // children belong to nobody, and the tool cannot tell any more whose they were.
        Runtime.getRuntime().addShutdownHook(new Thread(Launcher::endChildren));
        run(loader.loadClass(words[0]), Arrays.copyOfRange(words, 1, words.length));
    }

    private static URL[] urls(String classPath) throws MalformedURLException {
        String[] entries = classPath.split(File.pathSeparator);
        var urls = new URL[entries.length];
        for (int i = 0; i < urls.length; i++) urls[i] = Path.of(entries[i]).toUri().toURL();
        return urls;
    }

    /** Some lessons have a client, which is started many times: its classes are recorded, too. */
    private static void ask() {
        try (var door = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                var client = HttpClient.newHttpClient()) {
            Thread.startVirtualThread(() -> answer(door));
            client.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                    + door.getLocalPort() + "/")).build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException | InterruptedException | RuntimeException without) {
            return; // then a client starts slower, and nothing else
        }
    }

    private static void answer(ServerSocket door) {
        try (Socket caller = door.accept()) {
            caller.getInputStream().read(new byte[8_192]);
            caller.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]"
                    .getBytes(StandardCharsets.US_ASCII));
            caller.getInputStream().read();
        } catch (IOException gone) {
            return;
        }
    }

    private static void endWith(InputStream tool, boolean recording) {
        try {
            while (tool.read() >= 0) { /* the tool says nothing; only the end counts */ }
        } catch (IOException gone) {
            // the pipe broke, which is an end as well
        }
        endChildren();
        if (!recording) { // an AOT cache is written at an orderly exit, which takes its time
            Thread late = new Thread(() -> {
                try {
                    new CountDownLatch(1).await(EXIT_MS, TimeUnit.MILLISECONDS);
                } catch (InterruptedException now) {
                    // then halt at once
                }
                Runtime.getRuntime().halt(143);
            }, "exit at the latest");
            late.setDaemon(true);
            late.start();
        }
        System.exit(0);
    }

    private static void endChildren() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    }

    /** As the {@code java} command does since JDK 25: static or not, with arguments or without. */
    private static void run(Class<?> program, String[] arguments) throws Throwable {
        Method main = find(program, String[].class);
        if (main == null) main = find(program);
        if (main == null) throw refuse(NO_MAIN);
        main.setAccessible(true);
        try {
            Object instance = Modifier.isStatic(main.getModifiers()) ? null : instance(program);
            if (main.getParameterCount() == 0) main.invoke(instance);
            else main.invoke(instance, (Object) arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    private static Object instance(Class<?> program) throws ReflectiveOperationException {
        try {
            Constructor<?> constructor = program.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (NoSuchMethodException | InstantiationException none) {
            throw refuse("main is not static, so " + program.getSimpleName() + " must be a class"
                    + " with a constructor that takes nothing");
        }
    }

    /** Never returns. */
    private static IllegalStateException refuse(String why) {
        System.err.println(why);
        System.exit(1);
        return new IllegalStateException();
    }

    private static Method find(Class<?> program, Class<?>... parameters) {
        for (Class<?> at = program; at != null && at != Object.class; at = at.getSuperclass()) {
            try {
                return at.getDeclaredMethod("main", parameters);
            } catch (NoSuchMethodException above) {
                continue;
            }
        }
        return null;
    }
}
