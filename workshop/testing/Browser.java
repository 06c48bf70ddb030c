package workshop.testing;

import java.io.File;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/**
 * The machine's own Chromium, without a window. It finds no host but this machine, and tells
 * afterwards whom it asked and what its console said.
 */
public final class Browser implements AutoCloseable {
    /** What the console says of a server that was ended, as the moment will have it. */
    public static final String[] SERVER_ENDED = {"ERR_CONNECTION_REFUSED", "ERR_EMPTY_RESPONSE",
        "ERR_CONNECTION_RESET", "ERR_SOCKET_NOT_CONNECTED", "ERR_INCOMPLETE_CHUNKED_ENCODING"};

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    /** Debian's; the script that starts it would be ended in its place, and leave it behind. */
    private static final String HEADLESS = "/usr/lib/chromium/chromium-headless-shell";
    private static final String[] BROWSERS = {"chromium",
        "chromium-browser", "google-chrome", "chrome",
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        "C:/Program Files/Google/Chrome/Application/chrome.exe"};
    /** It misses matching classes for DevTools, which nobody here uses, at each start. */
    private static final Logger SELENIUM = Logger.getLogger("org.openqa.selenium");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ChromeDriver driver;
    private final List<String> console = new ArrayList<>();
    private final List<String> requests = new ArrayList<>();

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    public static Browser open() {
        SELENIUM.setLevel(Level.SEVERE);
        String browser = Needed.find(HEADLESS).orElseGet(() -> Needed.program(BROWSERS));
        String chromedriver = Needed.program("chromedriver");
        var options = new ChromeOptions();
        options.setBinary(browser);
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage",
                "--disable-gpu", "--window-size=1280,900", "--no-first-run",
                "--disable-background-networking", "--disable-component-update",
                // A page that was left would keep its six connections for as long as they wait.
                "--disable-features=BackForwardCache",
                "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost");
        var logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        var service = new ChromeDriverService.Builder().usingAnyFreePort()
                .usingDriverExecutable(new File(chromedriver)).withSilent(true).build();
        return new Browser(new ChromeDriver(service, options));
    }

    public ChromeDriver driver() {
        return driver;
    }

    public Browser visit(String url) {
        driver.get(url);
        return this;
    }

    /** As if it had been opened just now: one empty tab, no cookies, nothing said or asked. */
    public void forget() {
        List<String> tabs = List.copyOf(driver.getWindowHandles());
        for (String tab : tabs.subList(1, tabs.size())) driver.switchTo().window(tab).close();
        driver.switchTo().window(tabs.getFirst());
        driver.executeCdpCommand("Network.clearBrowserCookies", Map.of());
        driver.executeCdpCommand("Emulation.clearDeviceMetricsOverride", Map.of());
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of());
        driver.get("about:blank");
        console();
        requests();
        console.clear();
        requests.clear();
    }

    /** A second tab, in front from now on. */
    public Browser newTab() {
        driver.switchTo().newWindow(WindowType.TAB);
        return this;
    }

    /** The first element that the CSS selector finds; waits until there is one. */
    public WebElement find(String css) {
        Await.until("an element " + css + " at " + driver.getCurrentUrl(), PATIENCE,
                () -> !driver.findElements(By.cssSelector(css)).isEmpty());
        return driver.findElement(By.cssSelector(css));
    }

    public List<WebElement> all(String css) {
        return driver.findElements(By.cssSelector(css));
    }

    /** Waits until the text of the element that {@code css} finds contains {@code text}. */
    public Browser awaitText(String css, String text) {
        try {
            Await.until("", PATIENCE, () -> find(css).getText().contains(text));
            return this;
        } catch (AssertionError never) {
            throw new AssertionError("expected “" + text + "” in " + css + " at "
                    + driver.getCurrentUrl() + ", but after " + PATIENCE.toSeconds()
                    + " s it reads\n" + find(css).getText());
        }
    }

    /** Waits until this holds of a page that may make its parts anew meanwhile. */
    public Browser await(String what, Callable<Boolean> holds) {
        Await.until(what, PATIENCE, () -> {
            try {
                return holds.call();
            } catch (StaleElementReferenceException made) {
                return false;
            }
        });
        return this;
    }

    /** Clicks this in the middle of the screen: at its edge a strip may lie over it. */
    public Browser click(WebElement element) {
        driver.executeScript("arguments[0].scrollIntoView({block: 'center'})", element);
        element.click();
        return this;
    }

    public Browser click(String css) {
        return click(find(css));
    }

    /** What an expression of the page's script is worth. */
    public Object script(String expression, Object... arguments) {
        return driver.executeScript("return " + expression, arguments);
    }

    /** The size of what the page is shown in, in its own pixels; of a phone's too. */
    public void size(int width, int height) {
        driver.executeCdpCommand("Emulation.setDeviceMetricsOverride", Map.of("width", width,
                "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** How the reader likes the screen: "light" or "dark". */
    public void theme(String theme) {
        driver.executeCdpCommand("Emulation.setEmulatedMedia", Map.of("features",
                List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
    }

    /** The console's warnings and errors so far. */
    public List<String> console() {
        driver.manage().logs().get(LogType.BROWSER).forEach(entry -> {
            if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                console.add(entry.getLevel() + " " + entry.getMessage());
            }
        });
        return List.copyOf(console);
    }

    /** The addresses of all requests so far, of those to no host at all too. */
    public List<String> requests() {
        driver.manage().logs().get(LogType.PERFORMANCE).forEach(entry -> {
            try {
                JsonNode message = JSON.readTree(entry.getMessage()).path("message");
                String method = message.path("method").asText();
                if (method.equals("Network.requestWillBeSent")) {
                    requests.add(message.at("/params/request/url").asText());
                } else if (method.equals("Network.webSocketCreated")) {
                    requests.add(message.at("/params/url").asText());
                }
            } catch (com.fasterxml.jackson.core.JsonProcessingException defect) {
                throw new AssertionError("the browser's log is no JSON: " + entry, defect);
            }
        });
        return List.copyOf(requests);
    }

    /** Fails where the console complained, or a request went to another machine. */
    public void expectQuiet(String... allowed) {
        List<String> complaints = console().stream()
                .filter(line -> Stream.of(allowed).noneMatch(line::contains)).toList();
        if (!complaints.isEmpty()) {
            throw new AssertionError("the browser's console says\n"
                    + String.join("\n", complaints));
        }
        List<String> away = requests().stream().filter(url -> !isOurs(URI.create(url))).toList();
        if (!away.isEmpty()) {
            throw new AssertionError("the page asked other machines\n" + String.join("\n", away));
        }
    }

    private static boolean isOurs(URI url) {
        return url.getHost() == null // data:, blob:, about:
                || url.getHost().equals("127.0.0.1") || url.getHost().equals("localhost");
    }

    @Override
    public void close() {
        driver.quit();
    }
}
