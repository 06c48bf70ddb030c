package workshop.testing.lessons;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import workshop.testing.MadeUpReport;

/** The pages that a teacher looks at, hands back and prints, in a browser. */
class ReportsTest extends InBrowser {
    private static final Pattern SHEET = Pattern.compile("/Type\\s*/Page\\b");

    private Path report;

    @BeforeAll
    void write(@TempDir Path folder) throws IOException {
        report = MadeUpReport.in(folder);
    }

    private void visit(String page) {
        browser.visit(report.resolve(page).toUri().toString());
    }

    @Test
    @DisplayName("a class of thirty prints on two sheets, a learner's page on two")
    void print() throws IOException {
        visit("index.html");
        assertTrue(sheets() <= 2, () -> "index.html takes " + sheets() + " sheets");
        try (Stream<Path> pages = Files.list(report.resolve("learners"))) {
            for (Path page : pages.sorted().toList()) {
                visit("learners/" + page.getFileName());
                assertTrue(sheets() <= 2, () -> page + " takes " + sheets() + " sheets");
            }
        }
    }

    private long sheets() {
        var pdf = browser.driver().executeCdpCommand("Page.printToPDF", Map.of(
                "printBackground", true, "preferCSSPageSize", true, "paperWidth", 8.27,
                "paperHeight", 11.69));
        return SHEET.matcher(new String(Base64.getDecoder().decode((String) pdf.get("data")),
                StandardCharsets.ISO_8859_1)).results().count();
    }

    @Test
    @DisplayName("axe finds nothing serious, light and dark, large and small; nothing is too wide")
    void forAll() {
        String axe = Npm.file(PagesForAllTest.AXE, "axe-core/axe.min.js");
        var findings = new ArrayList<String>();
        for (String page : List.of("index.html", "learners/ada.html", "learners/dennis.html")) {
            for (String theme : List.of("light", "dark")) {
                for (int width : List.of(1280, 390)) {
                    browser.forget();
                    browser.size(width, 844);
                    browser.theme(theme);
                    visit(page);
                    String where = page + ", " + theme + ", " + width + " wide: ";
                    browser.driver().executeScript(axe);
                    for (Object each : (List<?>) browser.driver().executeAsyncScript(
                            PagesForAllTest.RUN_AXE)) {
                        findings.add(where + each);
                    }
                    if ((boolean) browser.script(
                            "document.documentElement.scrollWidth > innerWidth")) {
                        findings.add(where + "too wide");
                    }
                }
            }
        }
        assertEquals("", String.join("\n", findings));
    }

    @Test
    @DisplayName("a mark leads to its exercise; a click on a head sorts, and shows that it does")
    void marks() {
        visit("index.html");
        String link = browser.find("td.failed a").getDomAttribute("href");
        assertTrue(link.matches("learners/\\w+\\.html#e\\d+\\.\\ds?"), link);
        browser.visit(report.toUri() + link);
        assertTrue(browser.find(".exercise:target h3").getText().contains(link.replaceAll(
                ".*#e([\\d.]+).*", "$1")));
        visit("index.html");
        assertEquals("\"↕\"", browser.script("getComputedStyle(document.querySelector("
                + "'th.number button'), '::after').content"));
        browser.click("th.number button");
        assertEquals("\"↑\"", browser.script("getComputedStyle(document.querySelector("
                + "'th.number button'), '::after').content"));
        List<Double> points = browser.all("tbody td.number").stream()
                .map(each -> each.getText()).filter(text -> !text.isEmpty())
                .map(Double::valueOf).toList();
        List<Double> rows = points.subList(0, 31);
        assertEquals(rows.stream().sorted().toList(), rows);
    }

    @Test
    @DisplayName("an error is told once; what people wrote is text; hints have code")
    void words() throws IOException {
        String dennis = Files.readString(report.resolve("learners/dennis.html"));
        assertEquals(1, dennis.split("it does not compile", -1).length - 1, dennis);
        visit("learners/ada.html");
        assertFalse(browser.driver().getTitle().contains("caught"));
        assertTrue(browser.script("document.querySelectorAll('img, .exercise b').length")
                .equals(0L));
        assertTrue(browser.all(".hint code").size() > 0);
        String index = Files.readString(report.resolve("index.html"));
        assertTrue(index.contains("Sockets to Rooms") && index.contains("TCP: a socket"), index);
        String mistakes = index.substring(index.indexOf("Common mistakes"));
        assertFalse(mistakes.contains("not attempted"), mistakes);
    }

    @Test
    @DisplayName("JUnit's XML can be read, and counts what was skipped")
    void junit() throws Exception {
        var suite = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(report.resolve("junit/ada.xml").toFile()).getDocumentElement();
        int cases = suite.getElementsByTagName("testcase").getLength();
        assertEquals("" + cases, suite.getAttribute("tests"));
        var failures = suite.getElementsByTagName("failure");
        assertEquals("" + failures.getLength(), suite.getAttribute("failures"));
        assertTrue(failures.item(0).getTextContent().contains(MadeUpReport.HTML));
        assertEquals("" + suite.getElementsByTagName("skipped").getLength(),
                suite.getAttribute("skipped"));
    }
}
