package io.millrace.cli.replay;

import io.millrace.cli.demo.report.Charts;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.stream.Stream;
import org.knowm.xchart.XYChart;

/** Draws the accuracy of a variant and of the live model over the same records. */
final class ReplayChart {

  private ReplayChart() {}

  /**
   * Draws both curves.
   *
   * @param variant its name
   * @param model the live model's name
   */
  static BufferedImage draw(
      String variant, PrequentialCurve replayed, String model, PrequentialCurve live) {
    XYChart chart =
        Charts.panel(
            "Right before it was learned: " + variant + " and " + model, "records", "accuracy");
    chart.getStyler().setYAxisMin(floor(replayed, live)).setYAxisMax(1.0);
    chart.getStyler().setYAxisDecimalPattern("0 %");
    line(chart, model + ", live", live, Charts.BLUE, 1.6f);
    line(chart, variant, replayed, Charts.ORANGE, 2.2f);
    return Charts.draw(List.of(chart));
  }

  private static void line(
      XYChart chart, String name, PrequentialCurve curve, Color colour, float width) {
    var points = curve.points().stream().filter(it -> Double.isFinite(it.accuracy())).toList();
    if (!points.isEmpty()) {
      Charts.line(
          chart,
          name,
          points.stream().mapToDouble(PrequentialCurve.Point::records).toArray(),
          points.stream().mapToDouble(PrequentialCurve.Point::accuracy).toArray(),
          colour,
          width);
    }
  }

  /** A tenth below 95 percent of the points, so that the rise shows. */
  private static double floor(PrequentialCurve replayed, PrequentialCurve live) {
    double[] lowest =
        Stream.concat(replayed.points().stream(), live.points().stream())
            .mapToDouble(PrequentialCurve.Point::accuracy)
            .filter(Double::isFinite)
            .sorted()
            .toArray();
    double low = lowest.length == 0 ? 0 : lowest[lowest.length / 20];
    return Math.max(0, Math.floor(low * 10) / 10 - 0.1);
  }
}
