package workshop.authoring;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Dependencies have the version that workshop/versions.txt gives them, everywhere. */
final class VersionsAgree implements Check {
    private static final Pattern LISTED = Pattern.compile("([^:\\s]+:[^:\\s]+):([^:\\s]+)");
    private static final Pattern READS = Pattern.compile(
            ".*\\.(java|md|ipynb|cmd|json|yml)|.*/(jbang|run)");

    @Override
    public void look(Tree tree, Findings findings) {
        Path list = tree.course().versions();
        if (!java.nio.file.Files.exists(list)) {
            findings.add(list, 0, "the list of versions is missing",
                    "Nobody knows which version of a dependency is meant.",
                    "Write one line group:artifact:version for each.");
            return;
        }
        Map<String, String> versions = listed(list, findings);
        var unused = new HashMap<>(versions);
        for (Path file : tree.files()) {
            String name = tree.name(file);
            if (file.equals(list) || !READS.matcher("/" + name).matches()) continue;
            List<String> lines = Tree.read(file).lines().toList();
            for (int i = 0; i < lines.size(); i++) {
                if (name.endsWith(".java")) isListed(file, i + 1, lines.get(i), versions, findings);
                agrees(file, i + 1, lines.get(i), versions, findings);
                String line = lines.get(i);
                if (!name.endsWith(".md")) unused.keySet().removeIf(line::contains);
            }
            if (name.equals("jbang") || name.equals("jbang.cmd")) {
                wrapper(file, String.join("\n", lines), versions, unused, findings);
            }
        }
        unused.forEach((artifact, version) -> findings.add(list, Tree.lineOf(list, artifact),
                "nothing uses " + artifact, "A list with more than is needed is not believed.",
                "Remove the line, or the mistake that hides its use."));
    }

    private static Map<String, String> listed(Path list, Findings findings) {
        var versions = new HashMap<String, String>();
        List<String> lines = Tree.read(list).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            if (line.isEmpty() || line.startsWith("#")) continue;
            Matcher entry = LISTED.matcher(line);
            if (!entry.matches() || versions.put(entry.group(1), entry.group(2)) != null) {
                findings.add(list, i + 1, "“" + line + "” is no new entry",
                        "Each line is group:artifact:version, each artifact once.",
                        "Mend or remove the line.");
            }
        }
        return versions;
    }

    /** Each {@code //DEPS} is in the list. */
    private static void isListed(Path file, int number, String line, Map<String, String> versions,
            Findings findings) {
        if (!line.startsWith("//DEPS ")) return;
        for (String dependency : line.substring("//DEPS ".length()).strip().split("\\s+")) {
            Matcher parts = LISTED.matcher(dependency);
            if (parts.matches() && versions.containsKey(parts.group(1))) continue;
            findings.add(file, number, dependency + " is not in the list of versions",
                    "Versions agree because one file names them all.",
                    "Add group:artifact:version to workshop/versions.txt, or use what is there.");
        }
    }

    /** Whatever names a listed artifact with a version names the listed one. */
    private static void agrees(Path file, int number, String line, Map<String, String> versions,
            Findings findings) {
        versions.forEach((artifact, version) -> {
            if (!line.contains(artifact)) return;
            Matcher named = Pattern.compile(Pattern.quote(artifact) + ":(\\d[\\w.-]*)")
                    .matcher(line);
            while (named.find()) {
                if (named.group(1).equals(version)) continue;
                findings.add(file, number, artifact + " has version " + named.group(1) + " here",
                        "workshop/versions.txt says " + version + ".",
                        "Write that version, or change it there and everywhere.");
            }
        });
    }

    /** The wrapper fetches JBang before anything could read a list: it has versions of its own. */
    private static void wrapper(Path file, String text, Map<String, String> versions,
            Map<String, String> unused, Findings findings) {
        versions.forEach((artifact, version) -> {
            String name = artifact.substring(artifact.indexOf(':') + 1);
            if (!text.replace("^", "").contains("artifactId>" + name)) return;
            unused.remove(artifact);
            if (text.contains("=" + version)) return;
            findings.add(file, Tree.lineOf(file, "_VERSION="),
                    "it fetches another version of " + artifact,
                    "workshop/versions.txt says " + version + ".",
                    "Write that version, in jbang and jbang.cmd alike.");
        });
    }
}
