package io.millrace.tests.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.tests.browser.PlayedConsole.Written;
import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What people do on the page, in a real browser. */
final class ConsolePageTest {

  private static Browser browser;

  private PlayedConsole console = new PlayedConsole(0);

  @BeforeAll
  static void startBrowser() {
    browser = new Browser();
  }

  @AfterAll
  static void stopBrowser() {
    if (browser != null) {
      browser.close();
    }
  }

  @AfterEach
  void stop() {
    console.close();
  }

  @ParameterizedTest
  @CsvSource({
    "flow, .arrow.busy, Flow",
    "accuracy, .line.series-2, Accuracy",
    "ask, canvas.pad, Ask",
    "recent/images, .tile, Recent images",
    "recent/texts/mails%2F1, .term, Recent texts",
    "recent/words/pills, .map .named, Words",
    "operate/models, .versions-of, Models",
    "operate/dead-letters, .letters, Dead letters",
    "operate/settings, .settings, Settings",
  })
  void everyViewIsAccessibleAndLoadsNothingFromElsewhere(
      String path, String content, String title) {
    for (int width : new int[] {1280, 390}) {
      browser.open(console.url() + "#/" + path, width, width == 390 ? "dark" : "light");
      browser.find(content);

      assertThat(browser.texts("h1")).containsExactly(title);
      assertThat(browser.seriousFindings()).isEmpty();
      assertThat(browser.messages()).isEmpty();
      assertThat(browser.loaded()).allMatch(address -> address.startsWith(console.url()));
      assertThat(browser.overflow()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"vision", "vision-wide"})
  void aTrainerMayHoldBackTheRecordsOfAMinute(String trainer) throws Exception {
    String flow = PlayedConsole.contract("flow").replace("\"vision\"", '"' + trainer + '"');
    console.answer("GET /v1/flow", flow);
    open("flow");
    browser.awaitText(".services", "image-examples 360/s, lag 5,210");
    assertThat(browser.texts(".late")).isEmpty();

    console.send("flow", flow.replace("5210", "21601").replace("\n", ""));

    browser.awaitText(".reads .late", "image-examples 360/s, lag 21,601");
  }

  @Test
  void aDrawnDigitIsAskedAgainByEachVersionAndLearnedFrom() throws Exception {
    console.answer("POST /v1/images/*", streamAnswer("3", 7));
    console.answer("POST /v2/models/vision/infer", modelAnswer("3", 7));
    console.answer("POST /v1/labels", "{\"topic\":\"labels\",\"partition\":0,\"offset\":1}");
    open("ask");

    browser.draw("canvas.pad", new int[][] {{-80, -60}, {-20, -60}, {-20, 80}});

    browser.awaitText(".verdict strong", "3");
    Written image = console.nextWrite();
    assertThat(image.path()).matches("/v1/images/console-[a-z0-9]+");
    assertIsInTheFormOfMnist(image.body());

    console.answer("POST /v2/models/vision/infer", modelAnswer("5", 8));
    console.send("version", "{\"model\":\"vision\",\"version\":8,\"records\":5120,\"time\":0}");

    browser.awaitText(".verdict strong", "5");
    browser.awaitText(".verdict", "before 3");
    assertThat(browser.texts(".versions tbody tr td:first-child"))
        .containsExactly("version 8", "version 7");

    browser.click("#teach-5");

    assertThat(console.nextWrite().text())
        .isEqualTo(
            "{\"subject\":\"%s\",\"label\":\"5\"}"
                .formatted(image.path().replace("/v1/images", "image")));
    browser.awaitText(".lesson", "Label 5 sent");
    assertThat(browser.texts(".visually-hidden[role=status]"))
        .containsExactly("5, says vision version 8");
    assertThat(browser.seriousFindings()).isEmpty();
    assertThat(browser.messages()).isEmpty();
  }

  @Test
  void anImageIsReleasedWhenAnotherFormOrViewTakesItsPlace(@TempDir Path folder) throws Exception {
    console.answer("POST /v1/images/*", streamAnswer("3", 7));
    console.answer("POST /v2/models/vision/infer", modelAnswer("3", 7));
    Path file = folder.resolve("black.png");
    ImageIO.write(new BufferedImage(28, 28, BufferedImage.TYPE_BYTE_GRAY), "png", file.toFile());
    open("ask");
    browser.find("canvas.pad");
    browser.strings(
        """
        const revoke = URL.revokeObjectURL.bind(URL);
        window.revoked = [];
        URL.revokeObjectURL = (url) => { revoked.push(url); revoke(url); };
        return revoked;
        """);

    browser.click("#Ask-by-image");
    browser.click("#Ask-by-text");
    assertThat(browser.strings("return revoked")).isEmpty();

    browser.click("#Ask-by-image");
    browser.type("#file", file.toString());
    browser.awaitText(".verdict strong", "3");
    String image = browser.find(".preview img").getDomAttribute("src");
    browser.click("#Ask-by-draw");
    assertThat(browser.strings("return revoked")).containsExactly(image);

    browser.click("#Ask-by-image");
    browser.type("#file", file.toString());
    browser.awaitText(".verdict strong", "3");
    String next = browser.find(".preview img").getDomAttribute("src");
    browser.go("flow");
    browser.awaitText("h1", "Flow");
    assertThat(browser.strings("return revoked")).containsExactly(image, next);
  }

  @Test
  void aTextIsAskedAbout() throws Exception {
    console.answer("POST /v1/documents/*", streamAnswer("spam", 3));
    open("ask");

    browser.click("#Ask-by-text");
    browser.type("#text", "cheap pills");
    browser.click("button.primary");

    browser.awaitText(".verdict strong", "spam");
    assertThat(console.nextWrite().text()).isEqualTo("cheap pills");
  }

  @Test
  void mistakesComeFirst() {
    open("recent/images");

    browser.find(".tile");

    assertThat(browser.texts(".tile .caption > :last-child")).containsExactly(", is 5", "right");
  }

  @Test
  void aTextShowsItsTermsAndIsNeverMarkup() {
    open("recent/texts/mails%2F1");

    browser.awaitText(".prose", "Cheap pills, <b>no</b> prescription");

    assertThat(browser.texts(".prose .term")).containsExactly("Cheap", "pills");
    browser.awaitText(".document", "mails/2");
    browser.click(".prose .term:nth-of-type(2)");
    browser.awaitText(".document", "medicine");
  }

  @Test
  void aVersionIsPromotedOnlyAfterTheQuestion() throws Exception {
    String decided =
        "{\"model\":\"vision\",\"version\":6,\"previous\":7,\"reason\":\"PROMOTED\",\"by\":\"console\","
            + "\"note\":\"\",\"servingModel\":\"\",\"previousModel\":\"\",\"time\":1764579600000}";
    console.answer("POST /v1/models/vision/promote", decided);
    console.answer("POST /v1/models/vision/hold", decided);
    open("operate/models");

    browser.click("#promote-vision-6");
    browser.awaitText("dialog", "./millrace models promote vision 6");
    browser.click("dialog button:not(.primary)");
    browser.click("#hold-vision");
    browser.click("dialog button.primary");

    // A decision that the cancelled dialog had sent would have come first.
    assertThat(console.nextWrite().path()).isEqualTo("/v1/models/vision/hold");

    browser.click("#promote-vision-6");
    browser.click("dialog button.primary");

    Written decision = console.nextWrite();
    assertThat(decision.path()).isEqualTo("/v1/models/vision/promote");
    assertThat(decision.text()).isEqualTo("{\"version\":6}");
    browser.awaitText(".model .notice", "Version 6 answers from now on.");
  }

  @Test
  void aModelThatFollowsTheNewestOffersNoDecision() {
    open("operate/models");

    browser.find("#rollback-vision");

    assertThat(browser.texts("[id$=-classifier]")).isEmpty();
  }

  @Test
  void twoVersionsAreCompared() {
    open("operate/models");

    browser.click("#compare-vision-7");
    browser.click("#compare-vision-6");

    browser.awaitText(".comparison", "vision.learning.rate");
    browser.awaitText(".comparison", "0.0005");
  }

  @Test
  void aDeadLetterShowsItsBytesAndIsSentAgain() throws Exception {
    console.answer("POST /v1/dead-letters/2/41/replay", "{\"sent\":1,\"leftOut\":{}}");
    open("operate/dead-letters");

    browser.click(".letters summary");
    browser.awaitText(".bytes", "{\"text: \"cheap\"}");
    browser.click("[id$=-hex]");
    browser.awaitText(".bytes", "000000  7b 22 74 65 78 74 3a 20");
    browser.click(".body > .stack > .row > button");
    browser.click("dialog button.primary");

    assertThat(console.nextWrite().path()).isEqualTo("/v1/dead-letters/2/41/replay");
    browser.awaitText(".letters", "Sent again.");
  }

  @Test
  void theListOfDeadLettersKeepsTheNewestAndSaysWhatWasSentAgain() throws Exception {
    console.answer("GET /v1/dead-letters", letters(1, 50, false));
    open("operate/dead-letters");
    browser.awaitText(".letters", "letter 50 ");
    browser.click("h1"); // The list does not change while the pointer is on it.
    assertThat(browser.texts(".letters .tag:not([hidden])")).isEmpty();

    console.answer("GET /v1/dead-letters", letters(31, 80, true));
    console.send("dead-letter", "{}");

    browser.awaitText(".letters", "letter 80 ");
    assertThat(browser.texts(".letters .card")).hasSize(50);
    assertThat(browser.texts(".letters .tag:not([hidden])")).hasSize(50);
  }

  /** Dead letters with offsets from one to another, the newest first. */
  private static String letters(int first, int last, boolean replayed) {
    return IntStream.rangeClosed(first, last)
        .mapToObj(offset ->
            """
            {"partition":0,"offset":%1$d,"topic":"documents","reason":"letter %1$d of them","time":%1$d,
            "key":null,"valueBase64":"","bytes":0,"headers":{},"replayed":%2$b}
            """
                .formatted(offset, replayed))
        .collect(
            Collectors.collectingAndThen(
                Collectors.toList(),
                all ->
                    "{\"deadLetters\":[" + String.join(",", all.reversed()) + "],\"next\":null}"));
  }

  @Test
  void settingsShowWhatDiffersFromTheDefault() {
    open("operate/settings");

    browser.awaitText(".settings", "embedding.min.count");

    assertThat(browser.texts(".settings tbody tr")).hasSize(1);
    browser.click("#Shown-all");
    assertThat(browser.texts(".settings tbody tr")).hasSize(2);
  }

  @Test
  void theTokenIsAskedForAndSent() throws Exception {
    console.require("0123456789abcdef");
    console.answer("POST /v1/images/*", streamAnswer("3", 7));
    console.answer("POST /v2/models/vision/infer", modelAnswer("3", 7));
    open("ask");

    browser.awaitText("dialog", "the token is missing");
    browser.type("#token", "0123456789abcdef");
    browser.click("dialog button.primary");
    browser.awaitText("#connection", "Live");
    browser.draw("canvas.pad", new int[][] {{0, -60}, {0, 60}});

    assertThat(console.nextWrite().token()).isEqualTo("Bearer 0123456789abcdef");
  }

  @Test
  void whatMayNotBeWrittenIsExplained() {
    console.refuse("POST /v1/images/*", 403, "POST needs a token: set http.token");
    open("ask");

    browser.draw("canvas.pad", new int[][] {{0, -60}, {0, 60}});

    browser.awaitText(".answer", "POST needs a token: set http.token");
    browser.awaitText(".answer button", "Enter the token");
    assertThat(browser.texts(".lesson h2")).containsExactly("");
  }

  @ParameterizedTest
  @CsvSource({
    "flow, ./millrace send images",
    "accuracy, Nothing judged yet",
    "recent/images, ./millrace send images",
    "recent/texts, ./millrace send documents",
    "recent/words, No word vectors yet",
    "operate/models, No model yet",
    "operate/dead-letters, No dead letters",
  })
  void aViewOfNothingSaysWhatIsMissing(String path, String text) {
    console.answer("GET /v1/flow", "{\"time\":0,\"services\":{},\"topics\":{}}");
    console.answer("GET /v1/evaluations", "{\"evaluations\":[],\"series\":[],\"events\":[]}");
    console.answer("GET /v1/recent/images", "{\"images\":[]}");
    console.answer("GET /v1/recent/documents", "{\"documents\":[]}");
    console.answer("GET /v1/words/map", "{\"words\":[]}");
    console.answer("GET /v1/models", "{\"models\":[]}");
    console.answer("GET /v1/dead-letters", "{\"deadLetters\":[],\"next\":null}");

    browser.open(console.url() + "#/" + path, 390, "light");

    browser.awaitText("main", text);
    assertThat(browser.overflow()).isZero();
    assertThat(browser.messages()).isEmpty();
  }

  /** Every name that a topic can bring is hostile: markup, from right to left, and long. */
  @ParameterizedTest
  @CsvSource({
    "flow, .arrow.busy",
    "accuracy, .matrix",
    "recent/images, .tile",
    "recent/texts/mails%2F1, .prose",
    "recent/words/pills, .pairs a",
    "operate/models, .versions-of",
    "operate/dead-letters, .letters",
    "operate/settings, .settings",
  })
  void namesAreTextWhateverTheyContain(String path, String content) {
    String name =
        "<img src=x onerror=document.title=1><script>document.title=2</script>\u202e\u05d0\u05d1"
            + "W".repeat(300);
    console.rename(text ->
        text.replaceAll(
                "\"(label|name|text|message|key|default|value)\":\"[^\"]*\"",
                "\"$1\":\"" + name + "\"")
            .replaceAll("\"classes\":\\[\"0\"", "\"classes\":[\"" + name + "\"")
            .replaceAll("\"(medicine|doctor)\"", "\"" + name + "\"")
            .replaceAll("\"model\":\"classifier\"", "\"model\":\"" + name + "\""));

    for (int width : new int[] {1280, 390}) {
      browser.open(console.url() + "#/" + path, width, "light");
      browser.find(content);

      assertThat(browser.texts("main img[src=x], main script")).isEmpty();
      assertThat(browser.title()).endsWith("Millrace");
      assertThat(browser.overflow()).isZero();
      assertThat(browser.messages()).isEmpty();
    }
  }

  @Test
  void aLostConnectionIsSaidAndComesBack() throws Exception {
    open("flow");
    browser.awaitText("#connection", "Live");
    int port = console.port();

    console.close();

    browser.awaitText("#connection", "Connection lost");
    browser.awaitText("#lost", "What you see is of that time");
    console = new PlayedConsole(port);
    browser.awaitText("#connection", "Live");
    console.send(
        "health",
        "{\"time\":0,\"services\":{\"vision\":{\"health\":\"FAILED\",\"failure\":\"the disk is"
            + " full\"}}}");
    browser.awaitText("#notices", "vision has failed. the disk is full");
  }

  private void open(String path) {
    browser.open(console.url() + "#/" + path, 1280, "light");
  }

  /** 28 by 28 pixels, at most 20 of them with ink, the centre of mass in the middle. */
  private static void assertIsInTheFormOfMnist(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    assertThat(image.getWidth()).isEqualTo(28);
    assertThat(image.getHeight()).isEqualTo(28);
    Raster pixels = image.getRaster();
    double sum = 0;
    double sumX = 0;
    double sumY = 0;
    int top = 28;
    int bottom = -1;
    for (int y = 0; y < 28; y++) {
      for (int x = 0; x < 28; x++) {
        int ink = pixels.getSample(x, y, 0);
        sum += ink;
        sumX += ink * (x + 0.5);
        sumY += ink * (y + 0.5);
        if (ink > 127) {
          top = Math.min(top, y);
          bottom = Math.max(bottom, y);
        }
      }
    }
    assertThat(sumX / sum).isCloseTo(14, within(0.3));
    assertThat(sumY / sum).isCloseTo(14, within(0.3));
    assertThat(bottom - top + 1).isBetween(19, 21);
  }

  private static String streamAnswer(String label, int version) {
    return """
    {"topic":"images","partition":0,"offset":9,"reconstruction":null,"prediction":{"subject":"s","model":"vision",
    "version":%d,"label":"%s","probability":0.6,"classes":[{"label":"%s","probability":0.6},{"label":"9","probability":0.2}],
    "reconstructionError":0.01,"anomaly":0.5,"time":0,"source":{"topic":"images","partition":0,"offset":9}}}
    """
        .formatted(version, label, label);
  }

  private static String modelAnswer(String label, int version) {
    String black = String.join(",", Collections.nCopies(28 * 28, "0"));
    String classes =
        IntStream.range(0, 10).mapToObj(i -> "\"" + i + "\"").collect(Collectors.joining(","));
    String probabilities =
        IntStream.range(0, 10)
            .mapToObj(i -> label.equals(String.valueOf(i)) ? "0.91" : "0.01")
            .collect(Collectors.joining(","));
    return """
    {"model_name":"vision","model_version":"%d","outputs":[
    {"name":"labels","datatype":"BYTES","shape":[1],"data":["%s"]},
    {"name":"probabilities","datatype":"FP64","shape":[1,10],"data":[%s]},
    {"name":"classes","datatype":"BYTES","shape":[10],"data":[%s]},
    {"name":"reconstruction","datatype":"FP32","shape":[1,1,28,28],"data":[%s]},
    {"name":"reconstruction_error","datatype":"FP64","shape":[1],"data":[0.01]}]}
    """
        .formatted(version, label, probabilities, classes, black);
  }
}
