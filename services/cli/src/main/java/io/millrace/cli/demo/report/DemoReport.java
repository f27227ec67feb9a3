package io.millrace.cli.demo.report;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.dataset.LabelledImages;
import io.millrace.cli.demo.data.DemoData;
import io.millrace.cli.demo.data.DemoFeed;
import io.millrace.cli.demo.data.GrayscaleImages;
import io.millrace.cli.demo.data.Mail;
import io.millrace.cli.demo.monitor.DemoProgress;
import io.millrace.cli.demo.monitor.PredictionCounter;
import io.millrace.cli.demo.monitor.TopicObservations;
import io.millrace.schemas.avro.Evaluation;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Summarizes the observations and the models, and writes the summary and charts to files. */
public final class DemoReport {

  private static final Logger LOG = LoggerFactory.getLogger(DemoReport.class);
  private static final String VISION = "vision";
  private static final String CLASSIFIER = "classifier";

  /** Late in the stream, when document frequencies tell common terms from rare ones. */
  private static final String SHOWN_MAIL = "easy-ham-1/01249";

  private static final int COLUMNS = 10;

  /** The number of images on the reconstruction sheet. */
  public static final int SHOWN = 20;

  private final DemoData data;
  private final TopicObservations observed;
  private final ModelSummary models;

  public DemoReport(DemoData data, TopicObservations observed, ModelSummary models) {
    this.data = data;
    this.observed = observed;
    this.models = models;
  }

  /** The ids of the images on the reconstruction sheet. */
  public static Set<String> shown() {
    Set<String> ids = new HashSet<>();
    IntStream.range(0, SHOWN).forEach(i -> ids.add(DemoFeed.heldOutId(i)));
    return ids;
  }

  /** The summary. */
  public DemoSummary summary(boolean quick, DemoTimes times) {
    return new DemoSummary(
        quick,
        mnist(times.learning()),
        spam(),
        new DemoSummary.Model(models.version(VISION), observed.images().versions()),
        new DemoSummary.Model(models.version(CLASSIFIER), observed.mails().versions()),
        models.words(),
        models.strongestTerms(shownMail()),
        observed.deadLetters(),
        seconds(times.all()),
        seconds(times.learning()),
        seconds(times.processor()));
  }

  private DemoSummary.Mnist mnist(Duration learning) {
    Map<String, PredictionCounter.Answer> answers = observed.images().answers();
    long trained =
        ofDemo(models.records(VISION), data.training().count(), observed.images().others());
    Set<Long> versions = new TreeSet<>();
    answers.values().forEach(answer -> versions.add(answer.version()));
    return new DemoSummary.Mnist(
        data.training().count(),
        trained,
        data.training().count() - trained,
        models.accuracy(VISION),
        served(VISION, DemoReport::accuracy),
        Math.round(served(VISION, Evaluation::getModelCount)),
        Math.round(served(VISION, Evaluation::getModelUnanswered)),
        data.heldOut().count(),
        DemoProgress.accuracy(answers, data.heldOut()),
        List.copyOf(versions),
        observed.images().count(),
        observed.images().repeated(),
        answers.values().stream()
            .mapToDouble(PredictionCounter.Answer::reconstructionError)
            .average()
            .orElse(Double.NaN),
        Math.round(trained / Math.max(0.001, seconds(learning))));
  }

  /** Of the records that a model has learned from, those that others may have sent are left out. */
  private static long ofDemo(long trained, long sent, int others) {
    return others == 0 ? trained : Math.min(trained, sent);
  }

  private DemoSummary.Spam spam() {
    long trained =
        ofDemo(models.records(CLASSIFIER), data.mails().size(), observed.mails().others());
    return new DemoSummary.Spam(
        data.mails().size(),
        trained,
        data.mails().size() - trained,
        models.accuracy(CLASSIFIER),
        served(CLASSIFIER, DemoReport::accuracy),
        Math.round(served(CLASSIFIER, Evaluation::getModelCount)),
        Math.round(served(CLASSIFIER, Evaluation::getModelUnanswered)),
        observed.mails().count(),
        observed.mails().repeated());
  }

  /** Writes the summary and the charts. */
  public List<Path> write(DemoSummary summary, Path folder) {
    List<Path> files = new ArrayList<>();
    try {
      Path json = folder.resolve("summary.json");
      Files.writeString(json, summary.json(), StandardCharsets.UTF_8);
      files.add(json);
      draw(this::sheet, folder.resolve("reconstructions.png")).ifPresent(files::add);
      draw(this::chart, folder.resolve("accuracy.png")).ifPresent(files::add);
      return files;
    } catch (IOException e) {
      throw new CommandException("cannot write to " + folder + ": " + e.getMessage(), e);
    }
  }

  /** Draws an image. */
  private interface Drawing {
    BufferedImage draw() throws IOException;
  }

  /** Skips the file on a machine without fonts, which cannot draw text. */
  private static Optional<Path> draw(Drawing drawing, Path file) throws IOException {
    try {
      Files.write(file, GrayscaleImages.png(drawing.draw()));
      return Optional.of(file);
    } catch (RuntimeException | LinkageError | InternalError e) {
      LOG.warn("cannot draw {}: install fontconfig and a font", file, e);
      return Optional.empty();
    }
  }

  private BufferedImage sheet() throws IOException {
    Map<String, PredictionCounter.Answer> answers = observed.images().answers();
    LabelledImages digits = data.heldOut();
    List<ReconstructionSheet.Pair> pairs = new ArrayList<>();
    for (int i = 0; i < Math.min(SHOWN, digits.count()); i++) {
      Optional<byte[]> png = observed.reconstruction(DemoFeed.heldOutId(i));
      PredictionCounter.Answer answer = answers.get(DemoFeed.heldOutId(i));
      if (png.isPresent() && answer != null) {
        String label = answer.label().orElse("?");
        pairs.add(
            new ReconstructionSheet.Pair(
                GrayscaleImages.grey(digits.width(), digits.height(), digits.image(i)),
                GrayscaleImages.read(png.get()),
                label,
                label.equals(digits.label(i))));
      }
    }
    return ReconstructionSheet.draw(pairs, COLUMNS);
  }

  private BufferedImage chart() {
    return AccuracyChart.draw(
        List.of(
            new AccuracyChart.Panel(
                "MNIST digits",
                models.curve(VISION),
                observed.images().curve(),
                TopicObservations.IMAGES_WINDOW),
            new AccuracyChart.Panel(
                "SpamAssassin mails",
                models.curve(CLASSIFIER),
                observed.mails().curve(),
                TopicObservations.MAILS_WINDOW)));
  }

  private double served(String model, ToDoubleFunction<Evaluation> metric) {
    return observed.prequential(model).map(metric::applyAsDouble).orElse(0.0);
  }

  private static double accuracy(Evaluation evaluation) {
    // 0 before the first, since JSON has no NaN.
    return (double) evaluation.getModelCorrect() / Math.max(1, evaluation.getModelCount());
  }

  /** The mail whose terms are shown; the last one if the data does not contain it. */
  private Mail shownMail() {
    return data.mails().stream()
        .filter(mail -> mail.id().equals(SHOWN_MAIL))
        .findFirst()
        .orElse(data.mails().getLast());
  }

  private static double seconds(Duration time) {
    return Math.round(time.toMillis() / 100.0) / 10.0;
  }
}
