package io.millrace.tests.benchmarks.scoring;

import io.millrace.cli.demo.report.Charts;
import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;
import javax.imageio.ImageIO;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** What exactly-once costs at several commit intervals, drawn. */
final class CommitIntervalCurve {

  /** Milliseconds. */
  static final List<Integer> INTERVALS = List.of(0, 10, 20, 50, 100, 200, 500);

  private static final float WIDTH = 2.2f;

  /**
   * One interval.
   *
   * @param intervalMillis from one commit to the next, at least
   * @param rate images a second at most
   * @param medianMillis latency at the load of the benchmark, half of the images
   * @param highMillis 99 of 100 images
   */
  record Point(int intervalMillis, double rate, double medianMillis, double highMillis) {}

  private CommitIntervalCurve() {}

  /** Draws throughput and latency over the interval into a PNG file. */
  static void draw(List<Point> points, Path file) throws IOException {
    XYChart rate = panel("Throughput, exactly once", "images/s");
    line(rate, "as many as it can", points, Point::rate, Charts.BLUE);
    XYChart latency = panel("Latency, exactly once", "ms");
    line(latency, "500 images/s, 99 %", points, Point::highMillis, Charts.ORANGE);
    line(latency, "median", points, Point::medianMillis, Charts.BLUE);
    ImageIO.write(Charts.draw(List.of(rate, latency)), "png", file.toFile());
  }

  private static XYChart panel(String title, String unit) {
    return Charts.panel(title, "scoring.commit.interval.ms", unit);
  }

  private static void line(
      XYChart chart,
      String name,
      List<Point> points,
      ToDoubleFunction<Point> figure,
      Color colour) {
    double[] x = points.stream().mapToDouble(Point::intervalMillis).toArray();
    double[] y = points.stream().mapToDouble(figure).toArray();
    Charts.line(chart, name, x, y, colour, WIDTH)
        .setMarker(SeriesMarkers.CIRCLE)
        .setMarkerColor(colour);
  }
}
