package io.millrace.tests.browser;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriver;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;
import org.openqa.selenium.support.ui.ExpectedCondition;
import org.openqa.selenium.support.ui.ExpectedConditions;
import org.openqa.selenium.support.ui.WebDriverWait;

/** Debian's Chromium without a screen, which reaches this machine alone. */
final class Browser implements AutoCloseable {

  private static final File CHROMIUM = new File("/usr/bin/chromium");
  private static final File DRIVER = new File("/usr/bin/chromedriver");

  /** Long, for machines that do much else; what is awaited comes at once on others. */
  static final Duration PATIENCE = Duration.ofMinutes(2);

  /** The time of one movement of the pen. */
  private static final Duration STROKE = Duration.ofMillis(20);

  private final ChromeDriver driver;

  /** What a page holds after the garbage was collected: DOM nodes, listeners, and JavaScript. */
  record Memory(long nodes, long listeners, long heapKilobytes) {}

  Browser() {
    assumeTrue(
        CHROMIUM.canExecute() && DRIVER.canExecute(),
        "no Chromium: apt-get install chromium chromium-driver");
    var logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    var options = new ChromeOptions();
    options.setBinary(CHROMIUM);
    options.setCapability("goog:loggingPrefs", logs);
    options.addArguments(
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1");
    driver =
        new ChromeDriver(
            new ChromeDriverService.Builder().usingDriverExecutable(DRIVER).build(), options);
    driver.manage().timeouts().scriptTimeout(PATIENCE);
  }

  /** Opens an address in a fresh page of this width and theme, {@code light} or {@code dark}. */
  void open(String url, int width, String theme) {
    driver.get("about:blank");
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", 860, "deviceScaleFactor", 1, "mobile", width < 500));
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", theme))));
    messages();
    driver.get(url);
  }

  /** Changes the view of the page that is open. */
  void go(String path) {
    driver.executeScript("location.hash = '#/' + arguments[0]", path);
  }

  /** What the page holds. */
  Memory memory() {
    driver.executeCdpCommand("Performance.enable", Map.of());
    driver.executeCdpCommand("HeapProfiler.collectGarbage", Map.of());
    Map<String, Long> figures = new HashMap<>();
    var metrics = driver.executeCdpCommand("Performance.getMetrics", Map.of()).get("metrics");
    for (Object metric : (List<?>) Objects.requireNonNull(metrics)) {
      var of = (Map<?, ?>) metric;
      figures.put(String.valueOf(of.get("name")), ((Number) of.get("value")).longValue());
    }
    return new Memory(
        figures.getOrDefault("Nodes", 0L),
        figures.getOrDefault("JSEventListeners", 0L),
        figures.getOrDefault("JSHeapUsedSize", 0L) / 1024);
  }

  /** Waits until an element is there and can be seen. */
  WebElement find(String css) {
    return until(css, ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)));
  }

  /** Waits until an element has a text. */
  void awaitText(String css, String text) {
    until(
        "%s with the text %s".formatted(css, text),
        ExpectedConditions.textToBePresentInElementLocated(By.cssSelector(css), text));
  }

  /** The texts of the elements that are there. */
  List<String> texts(String css) {
    return until(
        "the texts of " + css,
        page -> page.findElements(By.cssSelector(css)).stream().map(WebElement::getText).toList());
  }

  /** Clicks as a person does: the element is in view, and is what is hit. */
  void click(String css) {
    act(css, ExpectedConditions.elementToBeClickable(By.cssSelector(css)), WebElement::click);
  }

  /** Waits for an element, and types a text, or presses keys, on it. */
  void type(String css, CharSequence... keys) {
    act(
        css,
        ExpectedConditions.visibilityOfElementLocated(By.cssSelector(css)),
        it -> it.sendKeys(keys));
  }

  /** Presses keys on the elements that are there now; for conditions, which must not wait. */
  void press(String css, CharSequence keys) {
    driver.findElements(By.cssSelector(css)).forEach(it -> it.sendKeys(keys));
  }

  /** Waits until something holds for the page. */
  void await(String what, Predicate<Browser> condition) {
    until(what, ignored -> condition.test(this));
  }

  private void act(
      String css, ExpectedCondition<WebElement> condition, Consumer<WebElement> action) {
    until(
        css,
        page -> {
          WebElement found = condition.apply(page);
          if (found != null) {
            action.accept(found);
          }
          return found != null;
        });
  }

  /** Waits, and looks again where the page draws anew what was just found. */
  private <T> T until(String what, Function<? super WebDriver, T> condition) {
    return new WebDriverWait(driver, PATIENCE)
        .ignoring(StaleElementReferenceException.class)
        .withMessage(what)
        .until(condition);
  }

  /** Draws a line through points, in pixels from the middle of an element. */
  void draw(String css, int[]... points) {
    WebElement pad = find(css);
    var pen =
        new Actions(driver, STROKE).moveToElement(pad, points[0][0], points[0][1]).clickAndHold();
    for (int[] point : points) {
      pen.moveToElement(pad, point[0], point[1]);
    }
    pen.release().perform();
  }

  /** What the console of the browser has said since this was asked last. */
  List<String> messages() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .toList();
  }

  /** The title of the page. */
  String title() {
    return driver.getTitle();
  }

  /** The addresses that the page has loaded. */
  List<String> loaded() {
    return strings("return performance.getEntriesByType('resource').map(({name}) => name)");
  }

  /** By how many pixels the page is wider than the screen. */
  long overflow() {
    return (Long)
        driver.executeScript(
            "const page = document.documentElement; return page.scrollWidth - page.clientWidth");
  }

  /** What axe finds that is serious or critical: rule, element, and what is wrong. */
  List<String> seriousFindings() {
    try (InputStream axe = Browser.class.getResourceAsStream("/axe.min.js")) {
      driver.executeScript(
          new String(Objects.requireNonNull(axe).readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ((List<?>)
            driver.executeAsyncScript(
                """
                const done = arguments[0];
                axe.run(document, {resultTypes: ["violations"]}).then(({violations}) => done(violations
                    .filter(({impact}) => ["serious", "critical"].includes(impact))
                    .map(({id, help, nodes}) => `${id}: ${nodes[0].target}: ${help}`)));
                """))
        .stream().map(String::valueOf).toList();
  }

  /** The strings that a script returns. */
  List<String> strings(String script) {
    return ((List<?>) driver.executeScript(script)).stream().map(String::valueOf).toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
