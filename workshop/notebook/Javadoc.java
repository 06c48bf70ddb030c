package workshop.notebook;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import workshop.course.Course;

/**
 * What the sources say of a name that cells use: of {@code lessons/given}, and of what the kit
 * gives to cells. JShell knows the JDK's own sources alone.
 */
final class Javadoc {
    private static final Pattern COMMENT = Pattern.compile(
            "/\\*\\*((?:[^*]|\\*(?!/))*)\\*/\\s*((?:@\\w+(?:\\([^)]*\\))?\\s*)*[^;{=]*[;{=])");
    private static final Pattern TAG = Pattern.compile("\\{@(?:code|link|linkplain) ([^}]*)}");

    private Javadoc() {}

    /** One text for each declaration of this name; none where the sources are not there. */
    static List<String> of(Course course, String name) {
        var found = new ArrayList<String>();
        var word = Pattern.compile("\\b" + Pattern.quote(name) + "\\s*[(<{;=]|\\b(?:class|record"
                + "|interface|enum) " + Pattern.quote(name) + "\\b");
        for (Path file : files(course)) {
            try {
                Matcher each = COMMENT.matcher(Files.readString(file));
                while (each.find()) {
                    if (!word.matcher(each.group(2)).find()) continue;
                    found.add(oneLine(each.group(2).replaceAll("[;{=]$", "")) + "\n"
                            + plain(each.group(1)));
                }
            } catch (IOException gone) {
                continue; // then the signature, which JShell knows, is all
            }
        }
        return found;
    }

    private static List<Path> files(Course course) {
        var files = new ArrayList<Path>();
        Path given = course.lessons().resolve("given");
        try (var all = Files.list(given)) {
            all.filter(file -> file.toString().endsWith(".java")).sorted().forEach(files::add);
        } catch (IOException none) {
            return files;
        }
        for (String type : List.of("Cells", "Person", "Chart", "Picture")) {
            files.add(course.root().resolve("workshop/notebook/" + type + ".java"));
        }
        files.add(course.root().resolve("workshop/wire/WireTap.java"));
        return files;
    }

    private static String oneLine(String declaration) {
        return declaration.strip().replaceAll("\\s+", " ");
    }

    private static String plain(String comment) {
        String text = comment.replaceAll("(?m)^\\s*\\* ?", "").strip();
        return TAG.matcher(text).replaceAll(tag -> Matcher.quoteReplacement(tag.group(1)))
                .replaceAll("</?(?:p|pre|em|b|ul|li)>", "");
    }
}
