package io.millrace.tests.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.Styler;

/** What exactly-once costs at several commit intervals, drawn. */
final class CommitCurve {

  /** Milliseconds. */
  static final List<Integer> INTERVALS = List.of(0, 10, 20, 50, 100, 200, 500);

  /**
   * One interval.
   *
   * @param intervalMillis from one commit to the next, at least
   * @param rate images a second at most
   * @param medianMillis latency at the load of the benchmark, half of the images
   * @param highMillis 99 of 100 images
   */
  record Point(int intervalMillis, double rate, double medianMillis, double highMillis) {}

  private CommitCurve() {}

  /** Draws throughput and latency over the interval into a PNG file. */
  static void draw(List<Point> points, Path file) throws IOException {
    XYChart chart =
        new XYChartBuilder()
            .width(900)
            .height(450)
            .title("Scoring, exactly once")
            .xAxisTitle("scoring.commit.interval.ms")
            .yAxisTitle("images/s")
            .build();
    chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS);
    chart.getStyler().setYAxisMin(0, 0.0);
    chart.getStyler().setYAxisMin(1, 0.0);
    chart.getStyler().setYAxisGroupPosition(1, Styler.YAxisPosition.Right);
    chart.setYAxisGroupTitle(1, "ms");
    List<Integer> x = points.stream().map(Point::intervalMillis).toList();
    chart.addSeries("throughput, images/s", x, points.stream().map(Point::rate).toList());
    chart
        .addSeries(
            "latency at 500 images/s, p99, ms", x, points.stream().map(Point::highMillis).toList())
        .setYAxisGroup(1);
    chart
        .addSeries(
            "latency at 500 images/s, p50, ms",
            x,
            points.stream().map(Point::medianMillis).toList())
        .setYAxisGroup(1);
    BitmapEncoder.saveBitmap(chart, file.toString(), BitmapEncoder.BitmapFormat.PNG);
  }
}
