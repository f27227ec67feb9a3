package io.millrace.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.KafkaTestClient;
import io.millrace.runtime.testing.MillraceProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/**
 * What a person does on the page of a whole Millrace: a broker and all services, real data. Takes a
 * minute or more, so by command:
 *
 * <pre>
 * mvn -pl tests/browser -am test -Dtest=WholeMillraceCampaign \
 *     -Dsurefire.failIfNoSpecifiedTests=false
 * </pre>
 */
final class WholeMillraceCampaign {

  /** As the chart of accuracy by labels is read: {@code 64 labels · vision 31.25 %, version 3}. */
  private static final Pattern READING = Pattern.compile("^([\\d,]+) labels .*vision ([\\d.]+) %");

  /** What the chart says of vision: its accuracy in percent on so many labels of both models. */
  private record Reading(int labels, double accuracy) {}

  /** A model that knows nothing is right about one digit in ten. */
  private static final double MORE_THAN_CHANCE = 40;

  private static final String PROMOTE = "[id^=promote-classifier-]:not(:disabled)";
  private static final Pattern QUESTION = Pattern.compile("Promote version (\\d+) of classifier");

  @Test
  void seesItLearnAsksTeachesDecidesAndSendsAgain(@TempDir Path folder) throws Exception {
    String bootstrap = "127.0.0.1:" + MillraceProcess.freePort();
    try (var browser = new Browser();
        var millrace = start(folder, bootstrap).awaitReady();
        var feeder = new Feeder(bootstrap)) {
      seesItLearn(browser, millrace);
      asksAndTeaches(browser, millrace);
      decides(browser, millrace);
      sendsADeadLetterAgain(browser, millrace, feeder);
    }
  }

  private static MillraceProcess start(Path folder, String bootstrap) throws IOException {
    Map<String, String> settings = new HashMap<>(MillraceProcess.SMALL_STEPS);
    settings.put("scoring.classifier.serving", "manual");
    String port = bootstrap.substring(bootstrap.indexOf(':') + 1);
    return MillraceProcess.up(folder, settings, "--port", port);
  }

  private static void seesItLearn(Browser browser, MillraceProcess millrace) {
    open(browser, millrace, "accuracy");
    browser.click("#Axis-labels");
    browser.await(
        "judged predictions", page -> reading(page).filter(it -> it.labels >= 30).isPresent());
    browser.await(
        "more right answers than chance gives",
        page -> reading(page).filter(it -> it.accuracy > MORE_THAN_CHANCE).isPresent());
    assertNothingIsWrong(browser, millrace);
  }

  /** Reads the last point of the chart by the keyboard; empty if there is none yet. */
  private static Optional<Reading> reading(Browser browser) {
    browser.press(".plot", Keys.END);
    return browser.texts(".reading").stream()
        .map(READING::matcher)
        .filter(Matcher::find)
        .map(it ->
            new Reading(
                Integer.parseInt(it.group(1).replace(",", "")), Double.parseDouble(it.group(2))))
        .findAny();
  }

  private static void asksAndTeaches(Browser browser, MillraceProcess millrace) {
    open(browser, millrace, "ask");
    browser.draw("canvas.pad", new int[][] {{0, -90}, {-5, 0}, {-10, 90}});
    browser.awaitText(".answer .tag", "vision version");
    assertThat(browser.texts(".verdict strong")).singleElement().asString().matches("\\d");

    browser.type("#label", "one");
    browser.click(".lesson button[type=submit]");
    browser.awaitText(".lesson", "Label one sent");

    // The label has become one of the model's classes when a button offers it.
    browser.find("#teach-one");
    assertNothingIsWrong(browser, millrace);
  }

  private static void decides(Browser browser, MillraceProcess millrace) {
    open(browser, millrace, "operate/models");
    int first = promoteOne(browser);
    promoteOne(browser);
    browser.click("#rollback-classifier");
    browser.click("dialog button.primary");
    browser.awaitText(".model .notice", "Version " + first + " answers from now on.");

    open(browser, millrace, "ask");
    browser.click("#Ask-by-text");
    browser.type("#text", "free money");
    browser.click("button.primary");
    // A decision counts from scoring's next batch on: until then, each answer is asked for again.
    browser.await(
        "an answer of the version that was rolled back to",
        page -> {
          List<String> answers = page.texts(".answer .tag");
          boolean isReached = answers.contains("classifier version " + first);
          if (!answers.isEmpty() && !isReached) {
            page.press("#text", Keys.chord(Keys.CONTROL, Keys.ENTER));
          }
          return isReached;
        });
    assertThat(browser.texts(".verdict strong")).singleElement().asString().matches("spam|ham");
    assertNothingIsWrong(browser, millrace);
  }

  /** Promotes one of the versions that can serve and do not; returns which. */
  private static int promoteOne(Browser browser) {
    browser.click(PROMOTE);
    // The dialog says which: the list may change meanwhile.
    Matcher question = QUESTION.matcher(browser.find("#dialog-title").getText());
    assertThat(question.find()).isTrue();
    int version = Integer.parseInt(question.group(1));
    browser.click("dialog button.primary");
    browser.awaitText(".model .notice", "Version " + version + " answers from now on.");

    // The list does not change while it is pointed at.
    browser.click("h1");
    browser.await(
        "the version that serves",
        page ->
            page.texts(".model-head").stream()
                .anyMatch(it ->
                    it.startsWith("classifier") && it.contains("Version " + version + " serves")));
    return version;
  }

  private static void sendsADeadLetterAgain(
      Browser browser, MillraceProcess millrace, Feeder feeder) {
    feeder.send(KafkaTestClient.TOPICS.images(), "broken", "no image");
    open(browser, millrace, "operate/dead-letters");
    browser.click(".letters summary");
    browser.awaitText(".bytes", "no image");
    browser.click(".body > .stack > .row > button");
    browser.click("dialog button.primary");
    browser.awaitText(".letters", "Sent again.");

    // It comes back, since the cause remains.
    browser.click("h1");
    browser.await("a second letter", page -> page.texts(".letters > li").size() == 2);
    assertNothingIsWrong(browser, millrace);
  }

  private static void open(Browser browser, MillraceProcess millrace, String path) {
    browser.open(millrace.url() + "#/" + path, 1280, "light");
  }

  private static void assertNothingIsWrong(Browser browser, MillraceProcess millrace) {
    assertThat(browser.messages()).isEmpty();
    assertThat(browser.loaded()).allMatch(address -> address.startsWith(millrace.url()));
  }
}
