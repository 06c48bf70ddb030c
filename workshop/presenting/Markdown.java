package workshop.presenting;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.node.Block;
import org.commonmark.node.CustomBlock;
import org.commonmark.node.FencedCodeBlock;
import org.commonmark.node.Heading;
import org.commonmark.node.HtmlBlock;
import org.commonmark.node.Link;
import org.commonmark.node.Node;
import org.commonmark.parser.Parser;
import org.commonmark.parser.SourceLine;
import org.commonmark.parser.block.AbstractBlockParser;
import org.commonmark.parser.block.BlockContinue;
import org.commonmark.parser.block.BlockParserFactory;
import org.commonmark.parser.block.BlockStart;
import org.commonmark.parser.block.ParserState;
import org.commonmark.renderer.NodeRenderer;
import org.commonmark.renderer.html.HtmlNodeRendererContext;
import org.commonmark.renderer.html.HtmlRenderer;
import org.commonmark.renderer.text.TextContentRenderer;

/**
 * Markdown, as slides need it: tables, code with its source named below, drawings as inline SVG.
 * All other HTML is shown as the text it is, so {@code List<String>} needs no backticks; a comment
 * {@code <!-- … -->} on lines of its own is left out.
 */
final class Markdown {
    private Markdown() {}

    /**
     * A slide's first heading, as text and as HTML, and the rest.
     *
     * @param isPicture whether there is a picture and nothing else
     */
    record Page(String title, String heading, String body, boolean isPicture) {}

    /** Where the pictures are that a page takes in. */
    @FunctionalInterface
    interface Pictures {
        /** The text of a picture, null where there is none of that name. */
        String read(String name) throws IOException;
    }

    /** A picture alone on its lines: taken in, its parts can come step by step. */
    private static final Pattern PICTURE = Pattern.compile(
            "<p><img src=\"((?:img/)?[a-z0-9-]+\\.svg)\" alt=\"([^\"]*)\" /></p>");
    private static final Pattern ROOT = Pattern.compile("(?s).*?<svg\\b([^>]*)>");
    private static final Pattern SIZE = Pattern.compile(
            " (?:width|height|role|aria-\\w+|xmlns)=\"[^\"]*\"");
    private static final Pattern DARK = Pattern.compile(
            "@media \\(prefers-color-scheme: dark\\) \\{(?:[^{}]|\\{[^{}]*})*}");

    private static final Parser PARSER = Parser.builder()
            .extensions(List.of(TablesExtension.create()))
            .customBlockParserFactory(drawings())
            .build();

    private static final HtmlRenderer RENDERER = HtmlRenderer.builder()
            .extensions(List.of(TablesExtension.create()))
            .escapeHtml(true)
            .sanitizeUrls(true)
            .attributeProviderFactory(_ -> Markdown::attributes)
            .nodeRendererFactory(Pieces::new)
            .build();

    static String html(String markdown) {
        return RENDERER.render(PARSER.parse(markdown));
    }

    /** The text of a slide's first heading; nothing where it begins with something else. */
    static String title(String markdown) {
        return PARSER.parse(markdown).getFirstChild() instanceof Heading heading
                ? TextContentRenderer.builder().build().render(heading).strip() : "";
    }

    static Page page(String markdown, Pictures pictures) throws IOException {
        var document = PARSER.parse(markdown);
        var title = title(markdown);
        var heading = "";
        if (document.getFirstChild() instanceof Heading first) {
            first.unlink();
            heading = RENDERER.render(first);
        }
        var body = RENDERER.render(document);
        return new Page(title, heading, withPictures(body, pictures),
                heading.isEmpty() && PICTURE.matcher(body.strip()).matches());
    }

    private static String withPictures(String body, Pictures pictures) throws IOException {
        var found = PICTURE.matcher(body);
        var out = new StringBuilder();
        while (found.find()) {
            var svg = pictures.read(found.group(1));
            found.appendReplacement(out, Matcher.quoteReplacement(
                    svg == null ? found.group() : picture(svg, found.group(2))));
        }
        return found.appendTail(out).toString();
    }

    /** A picture's style is for itself alone, and by daylight, as the deck is. */
    private static String picture(String svg, String says) {
        var root = ROOT.matcher(svg);
        if (!root.lookingAt()) return "<p>This picture is no SVG.</p>";
        var inside = DARK.matcher(svg.substring(root.end())).replaceAll("")
                .replaceAll("(?<=<style>|[\\s}])svg(?= *\\{)", ":scope")
                .replaceAll("<style>", "<style>@scope {").replaceAll("</style>", "}</style>");
        return "<svg class=\"picture\" role=\"img\" aria-label=\"" + says + "\""
                + SIZE.matcher(root.group(1)).replaceAll("") + ">" + inside;
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private static void attributes(Node node, String tag, Map<String, String> attributes) {
        // A link followed in the middle of a talk must not take the deck away.
        if (node instanceof Link) {
            attributes.put("target", "_blank");
            attributes.put("rel", "noopener");
        }
    }

    /** A drawing: from a line that begins with {@code <svg} to the one that has {@code </svg>}. */
    private static final class Drawing extends CustomBlock {
        private final StringBuilder svg = new StringBuilder();
    }

    private static BlockParserFactory drawings() {
        return (state, _) -> {
            var line = state.getLine().getContent();
            int start = state.getNextNonSpaceIndex();
            boolean drawn = state.getIndent() < 4
                    && line.subSequence(start, line.length()).toString().startsWith("<svg");
            return drawn ? BlockStart.of(new DrawingParser()).atIndex(start) : BlockStart.none();
        };
    }

    private static final class DrawingParser extends AbstractBlockParser {
        private final Drawing drawing = new Drawing();

        @Override
        public Block getBlock() {
            return drawing;
        }

        @Override
        public void addLine(SourceLine line) {
            drawing.svg.append(line.getContent()).append('\n');
        }

        @Override
        public BlockContinue tryContinue(ParserState state) {
            boolean over = drawing.svg.indexOf("</svg>") >= 0;
            return over ? BlockContinue.none() : BlockContinue.atIndex(state.getIndex());
        }
    }

    /** Writes what is ours: fences, drawings, and HTML that is not one. */
    private record Pieces(HtmlNodeRendererContext context) implements NodeRenderer {

        @Override
        public Set<Class<? extends Node>> getNodeTypes() {
            return Set.of(FencedCodeBlock.class, Drawing.class, HtmlBlock.class);
        }

        @Override
        public void render(Node node) {
            switch (node) {
                case FencedCodeBlock code -> context.getWriter().raw(figure(code));
                case Drawing drawing -> context.getWriter().raw(drawing.svg.toString());
                case HtmlBlock html -> {
                    if (html.getLiteral().strip().startsWith("<!--")) return;
                    context.getWriter().raw("<p>" + escape(html.getLiteral()) + "</p>");
                }
                default -> throw new IllegalStateException("not asked for: " + node);
            }
        }

        /** The page makes the letters as large as the columns and lines of the code allow. */
        private static String figure(FencedCodeBlock block) {
            var info = List.of(block.getInfo().strip().split("\\s+"));
            var language = info.getFirst().isEmpty() ? "plaintext" : info.getFirst();
            var source = info.stream().filter(word -> word.startsWith("from="))
                    .map(word -> word.substring(5).split("#", 2))
                    .map(from -> from.length == 1 ? escape(from[0])
                            : escape(from[0]) + " <b>" + escape(from[1]) + "</b>")
                    .collect(Collectors.joining());
            var steps = info.stream().filter(word -> word.startsWith("steps="))
                    .map(word -> " data-lines=\"" + escape(word.substring(6)) + "\"")
                    .collect(Collectors.joining());
            var code = block.getLiteral().stripTrailing().replace("\t", "    ");
            int columns = code.lines().mapToInt(line -> line.codePointCount(0, line.length()))
                    .max().orElse(1);
            return """
                    <figure class="code"><pre style="--columns:%s" tabindex="0" role="group" \
                    aria-label="Code"><code class="language-%s"%s>%s</code></pre>%s</figure>
                    """.formatted(Math.max(columns, 1), escape(language), steps, escape(code),
                    source.isEmpty() ? "" : "<figcaption>" + source + "</figcaption>");
        }
    }
}
