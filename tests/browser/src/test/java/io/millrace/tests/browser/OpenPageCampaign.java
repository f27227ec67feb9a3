package io.millrace.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A page that stays open for {@code page.minutes} (60) at a Millrace that runs at {@code page.url}
 * ({@code http://127.0.0.1:9404/}), and goes through all views, asking about a drawing in each
 * round. By command, while {@code millrace up} runs and {@code millrace send --rate} feeds it:
 *
 * <pre>
 * mvn -Dlint=off -pl tests/browser -am test -Dtest=OpenPageCampaign -Dsurefire.failIfNoSpecifiedTests=false \
 *     -Dtest.flags="-Dpage.minutes=60"
 * </pre>
 *
 * <p>Prints the page's memory after each round, and fails if it grows: the least of the last rounds
 * is compared with the least of those after the warm-up, since what is on its way while one round
 * is measured does not count.
 */
final class OpenPageCampaign {

  private static final List<String> VIEWS =
      List.of(
          "accuracy",
          "ask",
          "recent/images",
          "recent/texts",
          "recent/words",
          "operate/models",
          "operate/dead-letters",
          "operate/settings",
          "flow");

  private static final Duration STAY = Duration.ofSeconds(10);

  /** In these rounds the browser still compiles, and the page's lists fill. */
  private static final int WARM_UP = 4;

  /** So many rounds are compared with as many. */
  private static final int COMPARED = 5;

  @Test
  void thePagesMemoryIsFlat() throws InterruptedException {
    String url = System.getProperty("page.url", "http://127.0.0.1:9404/");
    var end = Instant.now().plus(Integer.getInteger("page.minutes", 60), ChronoUnit.MINUTES);
    List<Browser.Memory> rounds = new ArrayList<>();
    try (var browser = new Browser()) {
      browser.open(url + "#/flow", 1280, "light");
      while (rounds.size() < WARM_UP + 2 * COMPARED || Instant.now().isBefore(end)) {
        for (String view : VIEWS) {
          browser.go(view);
          if (view.equals("ask")) {
            browser.draw("canvas.pad", new int[][] {{0, -90}, {-5, 0}, {-10, 90}});
          }
          // A person reads the view, and its events come: what is kept meanwhile is measured.
          Thread.sleep(STAY);
        }
        rounds.add(browser.memory());
        System.out.printf("%tT %s%n", LocalTime.now(), rounds.getLast());
      }
    }
    Browser.Memory before = least(rounds.subList(WARM_UP, WARM_UP + COMPARED));
    Browser.Memory after = least(rounds.subList(rounds.size() - COMPARED, rounds.size()));
    assertThat(after.listeners()).isLessThanOrEqualTo(before.listeners());
    assertThat(after.nodes()).isLessThan(before.nodes() * 11 / 10);
    assertThat(after.heapKilobytes()).isLessThan(before.heapKilobytes() * 3 / 2);
  }

  /** The least of each figure. */
  private static Browser.Memory least(List<Browser.Memory> rounds) {
    return rounds.stream()
        .reduce((one, other) ->
            new Browser.Memory(
                Math.min(one.nodes(), other.nodes()),
                Math.min(one.listeners(), other.listeners()),
                Math.min(one.heapKilobytes(), other.heapKilobytes())))
        .orElseThrow();
  }
}
