package io.millrace.cli.demo.report;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Formats a {@link DemoSummary} as text. */
public final class SummaryFormatter {

  private final StringBuilder text = new StringBuilder();

  private SummaryFormatter() {}

  /**
   * The text, of several lines.
   *
   * @param files the files written
   * @param folder where the broker's data is
   */
  public static String of(DemoSummary summary, List<Path> files, Path folder) {
    var writer = new SummaryFormatter();
    writer.mnist(summary.mnist());
    writer.spam(summary.spam());
    writer.words(summary.embedding());
    writer.terms(summary.strongestTerms());
    writer.models(summary);
    writer.files(files);
    writer.next(folder);
    return writer.text.toString();
  }

  private void mnist(DemoSummary.Mnist mnist) {
    heading("MNIST: %,d handwritten digits, each learned from once".formatted(mnist.trained()));
    accuracies(
        mnist.prequentialAccuracy(),
        mnist.servedPrequentialAccuracy(),
        mnist.servedPrequentialCount(),
        mnist.servedUnanswered(),
        mnist.sent());
    line(
        "held-out accuracy",
        percent(mnist.testAccuracy()),
        "of %,d digits never learned from, predicted by version %s"
            .formatted(
                mnist.heldOut(),
                mnist.testVersions().stream()
                    .map(String::valueOf)
                    .collect(Collectors.joining(", "))));
    line(
        "reconstruction",
        String.format(Locale.ROOT, "%.4f", mnist.reconstructionMse()),
        "mean squared error of the same digits, pixels in 0 to 1");
    predictions(mnist.predictions(), mnist.sent() + mnist.heldOut(), mnist.repeatedPredictions());
    rest(mnist.rest());
  }

  private void spam(DemoSummary.Spam spam) {
    heading("SpamAssassin: %,d mails, in the order of their delivery".formatted(spam.documents()));
    accuracies(
        spam.prequentialAccuracy(),
        spam.servedPrequentialAccuracy(),
        spam.servedPrequentialCount(),
        spam.servedUnanswered(),
        spam.documents());
    predictions(spam.predictions(), spam.documents(), spam.repeatedPredictions());
    rest(spam.rest());
  }

  private void accuracies(double trainer, double served, long count, long unanswered, long sent) {
    line(
        "prequential",
        percent(trainer),
        "trainer: each record predicted just before it was learned from");
    line(
        "",
        percent(served),
        "evaluation: served predictions by versions that had not learned from it (%,d)"
            .formatted(count));
    if (unanswered > 0) {
      line(
          "",
          "%,d".formatted(unanswered),
          "not among them: answered without a label, with the reason");
    }
    long learned = sent - count - unanswered;
    if (learned > 0) {
      line(
          "",
          "%,d".formatted(learned),
          "not among them: answered by versions that had learned from it already");
    }
  }

  private void predictions(long predictions, long sent, long repeated) {
    line(
        "predictions",
        "%,d".formatted(predictions),
        "for %,d sent, %s twice"
            .formatted(sent, repeated == 0 ? "none" : "%,d".formatted(repeated)));
  }

  private void rest(long rest) {
    if (rest != 0) {
      line("held back", "%,d".formatted(rest), "they do not fill a batch");
    }
  }

  private void words(DemoSummary.Words words) {
    heading("Words: %,d have a vector; nearest words of some".formatted(words.words()));
    words.nearest().forEach((word, nearest) -> line(word, String.join(", ", nearest)));
  }

  private void terms(DemoSummary.Terms terms) {
    heading("Strongest terms of the mail %s, \"%s\"".formatted(terms.mail(), cut(terms.subject())));
    text.append("  ")
        .append(
            terms.terms().stream()
                .map(term -> String.format(Locale.ROOT, "%s %.2f", term.term(), term.weight()))
                .collect(Collectors.joining(", ")))
        .append('\n');
  }

  private void models(DemoSummary summary) {
    heading("Models");
    model("vision", summary.vision());
    model("classifier", summary.classifier());
    line("embedding", "version " + summary.embedding().version());
    Duration time = Duration.ofMillis(Math.round(1000 * summary.seconds()));
    heading(
        String.format(
            Locale.ROOT,
            "%,.0f digits per second learned from and scored, in parallel with the mails; %d:%02d"
                + " in all, %,.0f s of processor time",
            summary.mnist().imagesPerSecond(),
            time.toMinutes(),
            time.toSecondsPart(),
            summary.processorSeconds()));
  }

  private void model(String name, DemoSummary.Model model) {
    line(
        name,
        "version %d".formatted(model.version()),
        "%d versions made predictions".formatted(model.servedVersions()));
  }

  private void files(List<Path> files) {
    heading("Files");
    files.forEach(file -> text.append("  ").append(file).append('\n'));
  }

  private void next(Path folder) {
    heading("Next");
    text.append(
        """
          ./millrace up --dir %1$s --config %1$s/demo.properties
        and meanwhile, in another terminal:
          ./millrace models list
          ./millrace words nearest linux --min-count 30
          echo 'cheap pills, no prescription' | kcat -P -b localhost:9092 -t documents -k mine
          ./millrace watch predictions --from earliest --limit 1
        """
            .formatted(folder));
  }

  private void heading(String line) {
    text.append('\n').append(line).append('\n');
  }

  private void line(String name, String value) {
    text.append("  %-18s %s%n".formatted(name, value));
  }

  private void line(String name, String value, String remark) {
    text.append("  %-18s %-11s %s%n".formatted(name, value, remark));
  }

  private static String percent(double share) {
    return String.format(Locale.ROOT, "%.2f %%", 100 * share);
  }

  private static String cut(String subject) {
    return subject.length() <= 50 ? subject : subject.substring(0, 49) + "…";
  }
}
