package io.millrace.cli.demo.report;

import io.millrace.cli.demo.monitor.AccuracyPoint;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;

/** Draws the accuracy over the number of records, one panel per stream. */
public final class AccuracyChart {

  /**
   * The content of a panel.
   *
   * @param title the stream's name
   * @param trainer the trainer's prequential accuracy over all records so far
   * @param served the accuracy of the served predictions, over a window
   * @param window the number of records in the window
   */
  public record Panel(
      String title, List<AccuracyPoint> trainer, List<AccuracyPoint> served, int window) {}

  private AccuracyChart() {}

  /** Draws the panels side by side; at least one. */
  public static BufferedImage draw(List<Panel> panels) {
    return Charts.draw(panels.stream().map(AccuracyChart::chart).toList());
  }

  private static XYChart chart(Panel panel) {
    XYChart chart = Charts.panel(panel.title(), "records", "accuracy");
    chart.getStyler().setYAxisMin(floor(panel)).setYAxisMax(1.0);
    chart.getStyler().setYAxisDecimalPattern("0 %");
    String window = String.format(Locale.ROOT, "served predictions, last %,d", panel.window());
    line(chart, window, panel.served(), Charts.ORANGE, 1.4f);
    line(chart, "trainer, all records so far", panel.trainer(), Charts.BLUE, 2.2f);
    return chart;
  }

  private static void line(
      XYChart chart, String name, List<AccuracyPoint> points, Color colour, float width) {
    if (!points.isEmpty()) {
      Charts.line(
          chart,
          name,
          points.stream().mapToDouble(AccuracyPoint::records).toArray(),
          points.stream().mapToDouble(AccuracyPoint::accuracy).toArray(),
          colour,
          width);
    }
  }

  /** The lower end of the axis: a tenth below 95 percent of the points, so that the rise shows. */
  private static double floor(Panel panel) {
    double[] lowest =
        Stream.concat(panel.trainer().stream(), panel.served().stream())
            .mapToDouble(AccuracyPoint::accuracy)
            .sorted()
            .toArray();
    double low = lowest.length == 0 ? 0 : lowest[lowest.length / 20];
    return Math.max(0, Math.floor(low * 10) / 10 - 0.1);
  }
}
