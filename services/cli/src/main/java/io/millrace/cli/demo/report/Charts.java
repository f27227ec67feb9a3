package io.millrace.cli.demo.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler.LegendLayout;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.XYStyler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Draws line charts in Millrace's style: panels side by side, lines on white. */
public final class Charts {

  public static final int PANEL_WIDTH = 620;
  public static final int PANEL_HEIGHT = 420;

  public static final Color BLUE = new Color(0x1f, 0x5f, 0x8b);
  public static final Color ORANGE = new Color(0xd9, 0x82, 0x2b);

  private static final Color PAPER = Color.WHITE;
  private static final Color INK = new Color(0x33, 0x33, 0x33);
  private static final Color GRID = new Color(0xe4, 0xe4, 0xe0);

  private Charts() {}

  /** A panel without lines; its axes begin at 0 unless its styler is changed. */
  public static XYChart panel(String title, String x, String y) {
    XYChart chart =
        new XYChartBuilder()
            .width(PANEL_WIDTH)
            .height(PANEL_HEIGHT)
            .title(title)
            .xAxisTitle(x)
            .yAxisTitle(y)
            .build();
    style(chart.getStyler());
    return chart;
  }

  /** Adds a line through some points, at least one. */
  public static XYSeries line(
      XYChart chart, String name, double[] x, double[] y, Color colour, float width) {
    XYSeries series = chart.addSeries(name, x, y);
    series.setMarker(SeriesMarkers.NONE);
    series.setLineColor(colour);
    series.setLineStyle(new BasicStroke(width, BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
    return series;
  }

  /** Draws panels side by side; at least one. */
  public static BufferedImage draw(List<XYChart> panels) {
    var image =
        new BufferedImage(PANEL_WIDTH * panels.size(), PANEL_HEIGHT, BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = image.createGraphics();
    for (int i = 0; i < panels.size(); i++) {
      pen.drawImage(BitmapEncoder.getBufferedImage(panels.get(i)), i * PANEL_WIDTH, 0, null);
    }
    pen.dispose();
    return image;
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
    style.setXAxisMin(0.0);
    style.setYAxisMin(0.0);
    style.setXAxisDecimalPattern("#,###");
    style.setYAxisDecimalPattern("#,###");
    style.setLocale(Locale.ROOT);
    style.setAntiAlias(true);
    style.setTextAntiAlias(true);
  }
}
