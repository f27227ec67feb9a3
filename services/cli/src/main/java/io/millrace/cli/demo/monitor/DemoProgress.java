package io.millrace.cli.demo.monitor;

import io.millrace.cli.dataset.LabelledImages;
import io.millrace.cli.demo.data.DemoData;
import io.millrace.cli.demo.data.DemoFeed;
import io.millrace.cli.demo.progress.StreamProgress;
import io.millrace.cli.demo.progress.ThroughputMeter;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The progress of the streams, from the services' meters and the topics. */
public final class DemoProgress {

  private static final Duration RATE_WINDOW = Duration.ofSeconds(10);
  private static final String VISION = "vision";
  private static final String CLASSIFIER = "classifier";

  private final DemoData data;
  private final ServiceMeters meters;
  private final TopicObservations observed;
  private final ThroughputMeter images = new ThroughputMeter(RATE_WINDOW);
  private final ThroughputMeter mails = new ThroughputMeter(RATE_WINDOW);
  private final ThroughputMeter heldOut = new ThroughputMeter(RATE_WINDOW);

  public DemoProgress(DemoData data, ServiceMeters meters, TopicObservations observed) {
    this.data = data;
    this.meters = meters;
    this.observed = observed;
  }

  /** Progress of learning from images. */
  public StreamProgress images() {
    int total = data.training().count();
    long done = Math.min(total, meters.imagesLearned());
    return new StreamProgress(
        "MNIST digits",
        done,
        total,
        images.update(System.nanoTime(), done),
        meters.accuracy(VISION));
  }

  /** Progress of learning from mails. */
  public StreamProgress mails() {
    int total = data.mails().size();
    long done = Math.min(total, meters.documentsLearned());
    return new StreamProgress(
        "mails", done, total, mails.update(System.nanoTime(), done), meters.accuracy(CLASSIFIER));
  }

  /** Progress of predicting held-out images. */
  public StreamProgress heldOut() {
    Map<String, PredictionCounter.Answer> answers = observed.images().answers();
    int total = data.heldOut().count();
    int done = Math.min(total, answers.size());
    return new StreamProgress(
        "held-out digits",
        done,
        total,
        heldOut.update(System.nanoTime(), done),
        accuracy(answers, data.heldOut()));
  }

  /** The share of correct predictions among the held-out images; NaN if there is none. */
  public static double accuracy(
      Map<String, PredictionCounter.Answer> answers, LabelledImages heldOut) {
    long right = 0;
    for (int i = 0; i < heldOut.count(); i++) {
      PredictionCounter.Answer answer = answers.get(DemoFeed.heldOutId(i));
      if (answer != null && answer.label().equals(Optional.of(heldOut.label(i)))) {
        right++;
      }
    }
    return answers.isEmpty() ? Double.NaN : (double) right / answers.size();
  }
}
