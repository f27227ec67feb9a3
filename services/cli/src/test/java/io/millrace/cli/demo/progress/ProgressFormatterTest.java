package io.millrace.cli.demo.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class ProgressFormatterTest {

  private static final StreamProgress HALF =
      new StreamProgress("MNIST digits", 30_000, 60_000, 1_000, 0.9412);

  @Test
  void aWideTerminalShowsAll() {
    String line = ProgressFormatter.render(HALF, 130);

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
    String line = ProgressFormatter.render(HALF, 55);

    assertThat(line).contains("50 %").contains("█").contains("94.1 %").doesNotContain("of 60,000");
  }

  @Test
  void itNeverIsWiderThanTheTerminal() {
    assertThat(IntStream.rangeClosed(1, 200))
        .allMatch(width -> ProgressFormatter.render(HALF, width).length() <= width);
  }

  @Test
  void theBarKeepsItsPlaceWhateverTheNumbers() {
    var beginning = new StreamProgress("mails", 0, 6_046, 0, Double.NaN);

    String line = ProgressFormatter.render(beginning, 100);

    assertThat(line.indexOf('░')).isEqualTo(ProgressFormatter.render(HALF, 100).indexOf('█'));
    assertThat(line).contains("accuracy").contains("–").doesNotContain("NaN");
  }

  @Test
  void aLogLineHasNoBar() {
    assertThat(ProgressFormatter.plain(HALF))
        .isEqualTo("MNIST digits: 30,000 of 60,000 (50 %), 1,000/s, accuracy 94.1 %, 0:30 left");
  }

  @Test
  void whatIsDoneHasNoTimeLeft() {
    var done = new StreamProgress("mails", 6_046, 6_046, 0, 0.97);

    assertThat(ProgressFormatter.plain(done)).endsWith("accuracy 97.0 %, done");
  }

  @Test
  void nothingIsSaidOfTheTimeLeftWhileItIsUnknown() {
    var beginning = new StreamProgress("mails", 0, 6_046, 0, Double.NaN);

    assertThat(ProgressFormatter.plain(beginning))
        .isEqualTo("mails: 0 of 6,046 (0 %), 0/s, accuracy –");
  }
}
