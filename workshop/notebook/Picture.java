package workshop.notebook;

import java.util.Base64;

/**
 * A picture that a cell shows.
 *
 * @param type    {@code image/svg+xml}, {@code image/png} or {@code text/html}
 * @param content the SVG's text, or the PNG in Base64
 * @param caption what one sees, in words: for those who cannot see it, and where no kernel is
 */
public record Picture(String type, String content, String caption) {
    static final String HTML = "text/html";

    /** A drawing. */
    public static Picture svg(String svg, String caption) {
        return new Picture("image/svg+xml", svg, caption);
    }

    /** An image. */
    public static Picture png(byte[] png, String caption) {
        return new Picture("image/png", Base64.getEncoder().encodeToString(png), caption);
    }

    /** Ready to be shown, with what people wrote escaped in it; {@code words} say the same. */
    static Picture html(String html, String words) {
        return new Picture(HTML, html, words);
    }

    /** Shows it below the running cell, whichever kernel runs it; else prints the caption. */
    public void show() {
        KernelDisplay.find(Picture.class.getClassLoader()).show(this);
    }
}
