package io.millrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ProgressLineTest {

  private static final StreamStatus HALF =
      new StreamStatus("MNIST digits", 30_000, 60_000, 1_000, 0.9412);

  @Test
  void aWideTerminalShowsAll() {
    String line = ProgressLine.render(HALF, 130);

    assertThat(line)
        .startsWith("MNIST digits")
        .contains("█".repeat(20) + "░".repeat(20))
        .contains("50 %")
        .contains("30,000 of 60,000")
        .contains("1,000/s")
        .contains("accuracy 94.1 %")
        .contains("0:30 left");
  }

  @Test
  void aNarrowTerminalShowsTheAccuracyRatherThanTheCounts() {
    String line = ProgressLine.render(HALF, 55);

    assertThat(line).contains("50 %").contains("█").contains("94.1 %").doesNotContain("of 60,000");
  }

  @Test
  void itNeverIsWiderThanTheTerminal() {
    assertThat(IntStream.rangeClosed(1, 200))
        .allMatch(width -> ProgressLine.render(HALF, width).length() <= width);
  }

  @Test
  void theBarKeepsItsPlaceWhateverTheNumbers() {
    var beginning = new StreamStatus("mails", 0, 6_046, 0, Double.NaN);

    String line = ProgressLine.render(beginning, 100);

    assertThat(line.indexOf('░')).isEqualTo(ProgressLine.render(HALF, 100).indexOf('█'));
    assertThat(line).contains("accuracy").contains("–").doesNotContain("NaN");
  }

  @Test
  void aLogLineHasNoBar() {
    assertThat(ProgressLine.plain(HALF))
        .isEqualTo("MNIST digits: 30,000 of 60,000 (50 %), 1,000/s, accuracy 94.1 %, 0:30 left");
  }

  @Test
  void whatIsDoneHasNoTimeLeft() {
    var done = new StreamStatus("mails", 6_046, 6_046, 0, 0.97);

    assertThat(ProgressLine.plain(done)).endsWith("accuracy 97.0 %, done");
  }

  @Test
  void nothingIsSaidOfTheTimeLeftWhileItIsUnknown() {
    var beginning = new StreamStatus("mails", 0, 6_046, 0, Double.NaN);

    assertThat(ProgressLine.plain(beginning)).isEqualTo("mails: 0 of 6,046 (0 %), 0/s, accuracy –");
  }
}
