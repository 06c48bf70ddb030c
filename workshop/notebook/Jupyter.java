package workshop.notebook;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Finds Jupyter on this machine and opens it on the notebooks. */
public final class Jupyter {
    /** What to do where there is none; one line for each system. */
    public static final String INSTALL = """
            Jupyter is not on this machine: neither jupyter-lab nor jupyter-notebook is on the PATH.
            Install it, then run ./jbang notebooks again:
              Debian, Ubuntu   sudo apt install jupyter-notebook
              Fedora           sudo dnf install python3-jupyterlab
              macOS            brew install jupyterlab
              Windows          py -m pip install jupyterlab, and Python's Scripts folder on PATH
              any              pipx install jupyterlab""";

    private Jupyter() {}

    /**
     * Opens Jupyter on {@code root/notebooks} and returns its exit code when it ends; where there
     * is none, prints how to install it and returns 1.
     */
    public static int open(Path root) throws IOException, InterruptedException {
        Optional<Path> jupyter = find(System.getenv());
        if (jupyter.isEmpty()) {
            System.err.println(INSTALL);
            return 1;
        }
        System.out.println("Opening the notebooks in " + jupyter.get().getFileName()
                + ". Ctrl-C ends it.");
        return new ProcessBuilder(List.of(jupyter.get().toString(),
                root.resolve("notebooks").toAbsolutePath().toString()))
                .inheritIO().start().waitFor();
    }

    /** The command that opens notebooks: Lab where it is, else the classic one. */
    public static Optional<Path> find(Map<String, String> environment) {
        String path = environment.getOrDefault("PATH", environment.getOrDefault("Path", ""));
        String home = environment.get("HOME");
        if (home != null) path += File.pathSeparator + Path.of(home, ".local", "bin");
        for (String command : List.of("jupyter-lab", "jupyter-notebook")) {
            for (String folder : path.split(File.pathSeparator)) {
                if (folder.isBlank()) continue;
                for (String name : List.of(command, command + ".exe")) {
                    Path file = Path.of(folder, name);
                    if (Files.isRegularFile(file) && Files.isExecutable(file)) {
                        return Optional.of(file);
                    }
                }
            }
        }
        return Optional.empty();
    }
}
