package io.millrace.cli.demo.data;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.demo.monitor.AccuracyPoint;
import io.millrace.cli.demo.report.AccuracyChart;
import io.millrace.cli.demo.report.Charts;
import io.millrace.cli.demo.report.ReconstructionSheet;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class GrayscaleImagesTest {

  static {
    System.setProperty("java.awt.headless", "true");
  }

  @Test
  void aPngHoldsThePixelsAsTheyWere() throws IOException {
    byte[] pixels = {0, 1, 127, (byte) 128, (byte) 254, (byte) 255};

    BufferedImage read =
        GrayscaleImages.read(GrayscaleImages.png(GrayscaleImages.grey(3, 2, pixels)));

    assertThat(read.getRaster().getDataElements(0, 0, 3, 2, null)).isEqualTo(pixels);
  }

  @Test
  void theSheetHasARoomForEveryPair() {
    BufferedImage white = GrayscaleImages.grey(1, 1, new byte[] {(byte) 255});
    BufferedImage black = GrayscaleImages.grey(1, 1, new byte[] {0});
    var pair = new ReconstructionSheet.Pair(white, black, "7", true);

    BufferedImage sheet = ReconstructionSheet.draw(Collections.nCopies(5, pair), 2);

    assertThat(sheet.getWidth()).isEqualTo(ReconstructionSheet.width(2));
    assertThat(sheet.getHeight()).isEqualTo(ReconstructionSheet.height(3));
    assertThat(count(sheet, Color.WHITE)).isGreaterThanOrEqualTo(5 * 84 * 84);
    assertThat(count(sheet, Color.BLACK)).isGreaterThanOrEqualTo(5 * 84 * 84);
  }

  @Test
  void theChartHasAPanelForEachStream() {
    var curve = List.of(new AccuracyPoint(1_000, 0.5), new AccuracyPoint(2_000, 0.9));

    BufferedImage chart =
        AccuracyChart.draw(
            List.of(
                new AccuracyChart.Panel("a", curve, curve, 100),
                new AccuracyChart.Panel("b", curve, List.of(), 100)));

    assertThat(chart.getWidth()).isEqualTo(2 * Charts.PANEL_WIDTH);
    assertThat(chart.getHeight()).isEqualTo(Charts.PANEL_HEIGHT);
    assertThat(count(chart, new Color(0x1f, 0x5f, 0x8b))).isGreaterThan(500);
  }

  private static long count(BufferedImage image, Color colour) {
    int[] pixels =
        image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
    return java.util.Arrays.stream(pixels).filter(pixel -> pixel == colour.getRGB()).count();
  }
}
