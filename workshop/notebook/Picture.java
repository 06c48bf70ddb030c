package workshop.notebook;

import java.util.Base64;

/**
 * A picture that a cell shows.
 *
 * @param type    {@code image/svg+xml} or {@code image/png}
 * @param content the SVG's text, or the PNG in Base64
 * @param caption what one sees, in words: for those who cannot see it, and where no kernel is
 */
public record Picture(String type, String content, String caption) {
    /** A drawing. */
    public static Picture svg(String svg, String caption) {
        return new Picture("image/svg+xml", svg, caption);
    }

    /** An image. */
    public static Picture png(byte[] png, String caption) {
        return new Picture("image/png", Base64.getEncoder().encodeToString(png), caption);
    }

    /** Shows it below the running cell, whichever kernel runs it; else prints the caption. */
    public void show() {
        KernelDisplay.find(Picture.class.getClassLoader()).show(this);
    }
}
