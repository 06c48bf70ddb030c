package workshop.notebook;

import java.awt.Color;
import java.awt.Font;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SequencedMap;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.HorizontalBarChartBuilder;

/** A measurement as bars, drawn without a display. */
final class Chart {
    private static final int WIDTH = 720;
    private static final int BAR = 44;
    private static final int AROUND = 96;       // title, axis and its numbers
    private static final int SHARP = 2;         // image pixels per pixel on the page
    private static final Color INK = new Color(0x1f2933);
    private static final Color BLUE = new Color(0x1d5fbf);

    private Chart() {}

    /**
     * One bar for each entry, in their order; a map without an order of its own is shown from small
     * to large.
     *
     * @param title what was measured, with its unit
     */
    static Picture bars(String title, Map<String, ? extends Number> values) {
        List<Map.Entry<String, Number>> entries = ordered(values);
        String caption = title + ": " + entries.stream()
                .map(entry -> entry.getKey() + " " + number(entry.getValue()))
                .collect(Collectors.joining(", "));
        int height = AROUND + BAR * entries.size();
        HorizontalBarChart chart = new HorizontalBarChartBuilder()
                .width(WIDTH).height(height).title(title).build();
        style(chart);
        // The number stands beside the name: in a short bar it would not fit.
        chart.addSeries("measured", entries.stream().map(Map.Entry::getValue).toList(),
                entries.stream().map(entry -> entry.getKey() + "   " + number(entry.getValue()))
                        .toList());
        return Picture.png(painted(chart, height), caption);
    }

    private static void style(HorizontalBarChart chart) {
        var style = chart.getStyler();
        style.setLegendVisible(false);
        style.setLabelsVisible(false);
        style.setXAxisTickMarkSpacingHint(BAR - 8);     // closer than the bars: each gets its name
        style.setDecimalPattern("#,##0.##");
        style.setLocale(Locale.ROOT);
        style.setAvailableSpaceFill(0.6);
        style.setSeriesColors(new Color[] {BLUE});
        style.setChartBackgroundColor(Color.WHITE);
        style.setPlotBackgroundColor(Color.WHITE);
        style.setPlotBorderVisible(false);
        style.setPlotGridVerticalLinesVisible(true);
        style.setPlotGridHorizontalLinesVisible(false);
        style.setPlotGridLinesColor(new Color(0xe4e7eb));
        style.setChartFontColor(INK);
        style.setAxisTickLabelsColor(INK);
        style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 14));
        style.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 12));
        style.setXAxisMin(0.0);
        style.setPlotContentSize(1);                    // a bar begins at the axis
        style.setPlotMargin(0);
        style.setAxisTicksMarksVisible(false);          // they would run into the names
        style.setAxisTicksLineVisible(false);
        style.setAxisTickPadding(8);
        style.setChartPadding(14);
    }

    private static byte[] painted(HorizontalBarChart chart, int height) {
        var image = new BufferedImage(WIDTH * SHARP, height * SHARP, BufferedImage.TYPE_INT_RGB);
        var pen = image.createGraphics();
        pen.scale(SHARP, SHARP);
        pen.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        pen.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING,
                RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        chart.paint(pen, WIDTH, height);
        pen.dispose();
        var png = new ByteArrayOutputStream();
        try {
            ImageIO.write(image, "png", png);
        } catch (IOException inMemory) {
            throw new UncheckedIOException(inMemory);
        }
        return png.toByteArray();
    }

    private static List<Map.Entry<String, Number>> ordered(Map<String, ? extends Number> values) {
        var entries = new ArrayList<Map.Entry<String, Number>>();
        values.forEach((name, value) -> entries.add(Map.entry(name, value)));
        if (!(values instanceof SequencedMap)) {
            entries.sort(Comparator.comparingDouble(entry -> entry.getValue().doubleValue()));
        }
        return entries;
    }

    private static String number(Number value) {
        return value.doubleValue() == value.longValue()
                ? String.format(Locale.ROOT, "%,d", value.longValue())
                : String.format(Locale.ROOT, "%,.2f", value.doubleValue());
    }
}
