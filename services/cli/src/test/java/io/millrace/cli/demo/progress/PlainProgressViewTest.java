package io.millrace.cli.demo.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class PlainProgressViewTest {

  private final AtomicLong now = new AtomicLong();
  private final StringWriter written = new StringWriter();
  private final PlainProgressView view =
      new PlainProgressView(new PrintWriter(written), Duration.ofSeconds(5), now::get);

  @Test
  void writesNoMoreThanEverySoOften() {
    for (int second = 0; second < 11; second++) {
      now.set(Duration.ofSeconds(second).toNanos());
      view.show(List.of(new StreamProgress("mails", second, 10, 1, Double.NaN)));
    }

    assertThat(written.toString().lines().map(line -> line.strip().split(" ")[1]))
        .containsExactly("5", "10");
  }

  @Test
  void theLastStateIsNotLost() {
    view.show(List.of(new StreamProgress("mails", 9, 10, 1, Double.NaN)));

    view.announce("next");

    assertThat(written.toString().lines().toList().getFirst()).contains("9 of 10");
    assertThat(written.toString().lines().toList().getLast()).isEqualTo("next");
  }
}
