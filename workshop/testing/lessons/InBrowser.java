package workshop.testing.lessons;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import workshop.testing.Browser;

/** Tests with a browser of their own, which begins each test as if it had just been opened. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class InBrowser {
    /** Would show a box, and change the title, where a text became HTML. */
    static final String HTML =
            "<b>bold</b><img src=x onerror=\"document.title='caught'\"><script>1</script> & ü";

    Browser browser;

    @BeforeAll
    void openBrowser() {
        browser = Browser.open();
    }

    @BeforeEach
    void forget() {
        browser.forget();
    }

    @AfterAll
    void closeBrowser() {
        if (browser != null) browser.close();
    }
}
