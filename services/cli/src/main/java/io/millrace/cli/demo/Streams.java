package io.millrace.cli.demo;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** How far the streams have come, read off the services' figures and the topics. */
final class Streams {

  private static final Duration RATE_WINDOW = Duration.ofSeconds(10);
  private static final String VISION = "vision";
  private static final String CLASSIFIER = "classifier";

  private final DemoData data;
  private final Figures figures;
  private final Observed observed;
  private final Rate images = new Rate(RATE_WINDOW);
  private final Rate mails = new Rate(RATE_WINDOW);
  private final Rate heldOut = new Rate(RATE_WINDOW);

  Streams(DemoData data, Figures figures, Observed observed) {
    this.data = data;
    this.figures = figures;
    this.observed = observed;
  }

  /** Images learned from. */
  StreamStatus images() {
    int total = data.training().count();
    long done = Math.min(total, figures.imagesLearned());
    return new StreamStatus(
        "MNIST digits", done, total, images.at(System.nanoTime(), done), figures.accuracy(VISION));
  }

  /** Mails learned from. */
  StreamStatus mails() {
    int total = data.mails().size();
    long done = Math.min(total, figures.documentsLearned());
    return new StreamStatus(
        "mails", done, total, mails.at(System.nanoTime(), done), figures.accuracy(CLASSIFIER));
  }

  /** Held-out images answered. */
  StreamStatus heldOut() {
    Map<String, Ledger.Answer> answers = observed.images().answers();
    int total = data.heldOut().count();
    int done = Math.min(total, answers.size());
    return new StreamStatus(
        "held-out digits",
        done,
        total,
        heldOut.at(System.nanoTime(), done),
        accuracy(answers, data.heldOut()));
  }

  /** The share of held-out images that were told right; NaN of none. */
  static double accuracy(Map<String, Ledger.Answer> answers, Digits heldOut) {
    long right = 0;
    for (int i = 0; i < heldOut.count(); i++) {
      Ledger.Answer answer = answers.get(Feed.heldOutId(i));
      if (answer != null && answer.label().equals(Optional.of(heldOut.label(i)))) {
        right++;
      }
    }
    return answers.isEmpty() ? Double.NaN : (double) right / answers.size();
  }
}
