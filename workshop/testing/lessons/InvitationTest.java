package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.zxing.common.BitMatrix;
import com.google.zxing.qrcode.decoder.Decoder;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tests.clients.RawClient;
import tests.clients.RawHttp;
import workshop.course.Course;
import workshop.testing.Await;
import workshop.testing.MadeUp;
import workshop.testing.RealLesson;

/** A lesson that is opened to the classroom's network, with HOST=0.0.0.0. */
class InvitationTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Test
    @DisplayName("with HOST=0.0.0.0 a lesson says what that means, and where to come to, as a QR"
            + " code too")
    void invites() throws Exception {
        Course course = MadeUp.real();
        for (int number = 1; number <= 13; number++) {
            Path solution = Course.script(course.solutions(), number);
            if (!Files.exists(solution) || !Files.readString(solution).contains("void invite(")) {
                continue;
            }
            try (var lesson = RealLesson.solution(number, Map.of("HOST", "0.0.0.0"))) {
                Await.until("an invitation", PATIENCE, () -> {
                    String said = said(lesson);
                    return said.contains("in no network") || said.lines()
                            .anyMatch(line -> line.startsWith("    █") && line.endsWith("█"))
                            && said.endsWith("\n\n");
                });
                String said = said(lesson);
                if (said.contains("in no network")) continue; // nobody else can come
                assertTrue(said.contains("without a password"), () -> "what it means: " + said);
                List<String> addresses = said.lines().map(String::strip)
                        .filter(line -> line.startsWith("http://")).toList();
                assertFalse(addresses.isEmpty(), said);
                for (String each : addresses) {
                    URI url = URI.create(each);
                    assertEquals(lesson.port(), url.getPort());
                    try (RawClient client = RawClient.connect(url.getHost(), url.getPort())) {
                        client.send("GET / HTTP/1.1\r\nHost: " + url.getAuthority() + "\r\n\r\n");
                        assertEquals(200, RawHttp.answer(client, "GET").status(), each);
                    }
                }
                assertEquals(addresses.getFirst(), scanned(said), "what a phone reads");
            }
        }
    }

    private static String said(RealLesson lesson) {
        return lesson.run().output().since(0);
    }

    /** Reads the blocks as a camera does: what is drawn is light, two rows a line. */
    private static String scanned(String said) throws Exception {
        List<String> lines = said.lines().filter(line -> line.matches(" {4}[█▀▄ ]*[█▀▄]"))
                .map(line -> line.substring(4)).toList();
        int border = 2;
        int size = lines.getFirst().length() - 2 * border;
        var dark = new BitMatrix(size);
        for (int y = 0; y < size; y++) {
            String line = lines.get((y + border) / 2);
            String light = (y + border) % 2 == 0 ? "█▀" : "█▄";
            for (int x = 0; x < size; x++) {
                if (light.indexOf(line.charAt(x + border)) < 0) dark.set(x, y);
            }
        }
        return new Decoder().decode(dark).getText();
    }
}
