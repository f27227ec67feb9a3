package io.millrace.cli.demo;

import io.millrace.cli.demo.data.DemoData;
import io.millrace.cli.demo.data.DemoFeed;
import io.millrace.cli.demo.data.FeedThrottle;
import io.millrace.cli.demo.monitor.DemoProgress;
import io.millrace.cli.demo.monitor.ServiceMeters;
import io.millrace.cli.demo.monitor.TopicObservations;
import io.millrace.cli.demo.progress.ProgressView;
import io.millrace.cli.demo.progress.StreamProgress;
import io.millrace.cli.up.AllInOne;
import java.time.Duration;
import java.util.List;

/**
 * The course of the demonstration: send and learn, let the rests be learned too, send what was held
 * out, wait for the judgement.
 */
final class DemoScenario {

  private static final String VISION = "vision";
  private static final String CLASSIFIER = "classifier";
  private static final Duration REST_PATIENCE = Duration.ofSeconds(20);
  private static final Duration JUDGEMENT_PATIENCE = Duration.ofSeconds(20);

  /** How far the feed may run ahead: enough for everybody to have work at hand, not more. */
  private static final int IMAGES_AHEAD = 1_500;

  private static final int MAILS_AHEAD = 200;

  private final DemoData data;
  private final AllInOne services;
  private final TopicObservations observed;
  private final ServiceMeters figures;
  private final DemoProgress streams;
  private final DemoSupervisor supervisor;
  private final ProgressView view;

  DemoScenario(
      DemoData data,
      AllInOne services,
      TopicObservations observed,
      DemoSupervisor supervisor,
      ProgressView view) {
    this.data = data;
    this.services = services;
    this.observed = observed;
    this.figures = new ServiceMeters(services.host().metrics());
    this.streams = new DemoProgress(data, figures, observed);
    this.supervisor = supervisor;
    this.view = view;
  }

  /**
   * Goes the course.
   *
   * @return how long the learning took
   * @throws io.millrace.cli.command.CommandException if it cannot be gone to its end
   */
  Duration run() throws InterruptedException {
    view.announce("Starting a broker and the services …");
    supervisor.await("services start", services.host()::ready, List::of);
    try (var feed = new DemoFeed(services.settings())) {
      long started = System.nanoTime();
      learn(feed);
      Duration learned = Duration.ofNanos(System.nanoTime() - started);
      scoreHeldOut(feed);
      view.announce("Waiting for the evaluation …");
      long labelled = (long) data.training().count();
      supervisor.await(
          () ->
              observed.evaluated(VISION) >= labelled
                  && observed.evaluated(CLASSIFIER) >= data.mails().size(),
          List::of,
          JUDGEMENT_PATIENCE);
      return learned;
    }
  }

  private void learn(DemoFeed feed) throws InterruptedException {
    view.announce(
        "Learning from %,d digits and %,d mails, once, as they flow"
            .formatted(data.training().count(), data.mails().size()));
    var pace =
        new FeedThrottle(this::imagesProcessed, IMAGES_AHEAD, this::mailsProcessed, MAILS_AHEAD);
    Thread sending = supervisor.startSending(() -> feed.sendTraining(data, pace));
    try {
      supervisor.await(
          "the streams are not learned to their end",
          new StableCondition(
              () -> !sending.isAlive() && allRead() && allPredicted(),
              Duration.ofMillis(500),
              System::nanoTime),
          this::learning);
      feed.closeSteps();
      supervisor.await(this::allLearned, this::learning, REST_PATIENCE);
    } finally {
      sending.interrupt();
    }
  }

  private void scoreHeldOut(DemoFeed feed) throws InterruptedException {
    long version = figures.version(VISION);
    supervisor.await(
        "scoring does not take up version " + version,
        () -> figures.scoringVersion(VISION) >= version,
        this::learning);
    view.announce("Scoring %,d digits it has never seen".formatted(data.heldOut().count()));
    var pace =
        new FeedThrottle(() -> observed.images().unlabelled(), IMAGES_AHEAD, () -> 0, MAILS_AHEAD);
    Thread sending = supervisor.startSending(() -> feed.sendHeldOut(data.heldOut(), pace));
    try {
      supervisor.await(
          "the held-out images are not all answered",
          () -> !sending.isAlive() && observed.images().unlabelled() >= data.heldOut().count(),
          () -> List.of(streams.heldOut()));
    } finally {
      sending.interrupt();
    }
  }

  private List<StreamProgress> learning() {
    return List.of(streams.images(), streams.mails());
  }

  private boolean allRead() {
    return figures.recordsIn(VISION) + figures.heldBack(VISION) >= data.training().count()
        && figures.recordsIn(CLASSIFIER) + figures.heldBack(CLASSIFIER) >= data.mails().size();
  }

  private boolean allLearned() {
    return figures.recordsIn(VISION) >= data.training().count()
        && figures.recordsIn(CLASSIFIER) >= data.mails().size();
  }

  private boolean allPredicted() {
    return observed.images().count() >= data.training().count()
        && observed.mails().count() >= data.mails().size();
  }

  /** What the slowest of those who take images has taken. */
  private long imagesProcessed() {
    return Math.min(observed.images().count(), figures.imagesLearned());
  }

  private long mailsProcessed() {
    return Math.min(observed.mails().count(), figures.documentsLearned());
  }
}
