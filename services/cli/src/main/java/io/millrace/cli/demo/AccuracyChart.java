package io.millrace.cli.demo;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The accuracy of the streams over their records, one panel a stream. */
final class AccuracyChart {

  static final int PANEL_WIDTH = 620;
  static final int PANEL_HEIGHT = 420;

  private static final Color PAPER = Color.WHITE;
  private static final Color INK = new Color(0x33, 0x33, 0x33);
  private static final Color GRID = new Color(0xe4, 0xe4, 0xe0);
  private static final Color TRAINER = new Color(0x1f, 0x5f, 0x8b);
  private static final Color SERVED = new Color(0xd9, 0x82, 0x2b);

  /**
   * What a panel shows.
   *
   * @param title the stream's name
   * @param trainer the trainer's prequential accuracy over all records so far
   * @param served the accuracy of what was served, over the last records
   * @param window how many records those are
   */
  record Panel(String title, List<CurvePoint> trainer, List<CurvePoint> served, int window) {}

  private AccuracyChart() {}

  /** Draws the panels side by side; at least one. */
  static BufferedImage draw(List<Panel> panels) {
    var image =
        new BufferedImage(PANEL_WIDTH * panels.size(), PANEL_HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    for (int i = 0; i < panels.size(); i++) {
      pen.drawImage(BitmapEncoder.getBufferedImage(chart(panels.get(i))), i * PANEL_WIDTH, 0, null);
    }
    pen.dispose();
    return image;
  }

  private static XYChart chart(Panel panel) {
    XYChart chart =
        new XYChartBuilder()
            .width(PANEL_WIDTH)
            .height(PANEL_HEIGHT)
            .title(panel.title())
            .xAxisTitle("records")
            .yAxisTitle("accuracy")
            .build();
    style(chart.getStyler());
    chart.getStyler().setYAxisMin(floor(panel)).setYAxisMax(1.0).setXAxisMin(0.0);
    String window = String.format(Locale.ROOT, "served, over the last %,d", panel.window());
    line(chart, window, panel.served(), SERVED, 1.4f);
    line(chart, "trainer, over all so far", panel.trainer(), TRAINER, 2.2f);
    return chart;
  }

  private static void line(
      XYChart chart, String name, List<CurvePoint> points, Color colour, float width) {
    if (points.isEmpty()) {
      return;
    }
    XYSeries series =
        chart.addSeries(
            name,
            points.stream().mapToDouble(CurvePoint::records).toArray(),
            points.stream().mapToDouble(CurvePoint::accuracy).toArray());
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(colour);
    series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
  }

  /** The accuracy at the bottom: a tenth below nearly all points, so that the rise is seen. */
  private static double floor(Panel panel) {
    double[] lowest =
        Stream.concat(panel.trainer().stream(), panel.served().stream())
            .mapToDouble(CurvePoint::accuracy)
            .sorted()
            .toArray();
    double low = lowest.length == 0 ? 0 : lowest[lowest.length / 20];
    return Math.max(0, Math.floor(low * 10) / 10 - 0.1);
  }

  private static void style(XYStyler style) {
    Font text = new Font(Font.SANS_SERIF, Font.PLAIN, 13);
    style.setBaseFont(text);
    style.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 16));
    style.setChartTitleBoxVisible(false);
    style.setChartBackgroundColor(PAPER);
    style.setPlotBackgroundColor(PAPER);
    style.setChartFontColor(INK);
    style.setChartPadding(16);
    style.setPlotBorderVisible(false);
    style.setPlotGridLinesColor(GRID);
    style.setPlotGridLinesStroke(new BasicStroke(1));
    style.setPlotGridVerticalLinesVisible(false);
    style.setAxisTickLabelsFont(text);
    style.setAxisTitleFont(text);
    style.setLegendFont(text);
    style.setLegendPosition(LegendPosition.OutsideS);
    style.setLegendLayout(LegendLayout.Horizontal);
    style.setLegendBorderColor(PAPER);
    style.setXAxisDecimalPattern("#,###");
    style.setYAxisDecimalPattern("0 %");
    style.setLocale(Locale.ROOT);
    style.setAntiAlias(true);
    style.setTextAntiAlias(true);
  }
}
