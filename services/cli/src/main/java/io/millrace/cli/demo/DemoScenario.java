package io.millrace.cli.demo;

import io.millrace.cli.demo.data.DemoData;
import io.millrace.cli.demo.data.DemoFeed;
import io.millrace.cli.demo.data.FeedThrottle;
import io.millrace.cli.demo.monitor.DemoProgress;
import io.millrace.cli.demo.monitor.ServiceMeters;
import io.millrace.cli.demo.monitor.TopicFollower;
import io.millrace.cli.demo.monitor.TopicObservations;
import io.millrace.cli.demo.progress.ProgressView;
import io.millrace.cli.demo.progress.StreamProgress;
import io.millrace.cli.demo.report.DemoReport;
import io.millrace.cli.up.AllInOne;
import java.time.Duration;
import java.util.List;

/**
 * Runs the demonstration:
 *
 * <ol>
 *   <li>Wait until the services are ready.
 *   <li>Send images and mails with labels; the trainers learn, scoring predicts.
 *   <li>Close the trainers' steps, so that they learn from the records that do not fill a batch.
 *   <li>Send held-out images without labels, for scoring by the newest version.
 *   <li>Wait until evaluation has compared all labelled predictions with their labels.
 * </ol>
 */
final class DemoScenario {

  private static final String VISION = "vision";
  private static final String CLASSIFIER = "classifier";
  private static final Duration CLOSE_STEP_PATIENCE = Duration.ofSeconds(20);
  private static final Duration EVALUATION_PATIENCE = Duration.ofSeconds(20);

  /** The maximum number of records that are sent but not yet processed. */
  private static final int IMAGES_AHEAD = 1_500;

  private static final int MAILS_AHEAD = 200;

  private final DemoData data;
  private final AllInOne services;
  private final TopicObservations observed;
  private final ServiceMeters meters;
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
    this.meters = new ServiceMeters(services.host().metrics());
    this.streams = new DemoProgress(data, meters, observed);
    this.supervisor = supervisor;
    this.view = view;
  }

  /**
   * Runs it.
   *
   * @return the duration of the training
   * @throws io.millrace.cli.command.CommandException if it cannot be completed
   */
  Duration run() throws InterruptedException {
    view.announce("Starting a broker and the services ...");
    supervisor.await("the services are not ready", services.host()::ready, List::of);
    try (var feed = new DemoFeed(services.settings())) {
      long started = System.nanoTime();
      learn(feed);
      Duration learned = Duration.ofNanos(System.nanoTime() - started);
      try (var _ =
          TopicFollower.startAtEnd(services.settings(), observed.lateTopic(), observed::accept)) {
        scoreHeldOut(feed);
        view.announce("Waiting for the evaluation ...");
        supervisor.await(this::allObserved, List::of, EVALUATION_PATIENCE);
      }
      return learned;
    }
  }

  private void learn(DemoFeed feed) throws InterruptedException {
    view.announce(
        "Learning from %,d digits and %,d mails, each once, as they arrive"
            .formatted(data.training().count(), data.mails().size()));
    var throttle =
        new FeedThrottle(this::imagesProcessed, IMAGES_AHEAD, this::mailsProcessed, MAILS_AHEAD);
    Thread sending = supervisor.startSending(() -> feed.sendTraining(data, throttle));
    try {
      supervisor.await(
          "the trainers have not read all records",
          new StableCondition(
              () -> !sending.isAlive() && allRead() && allPredicted(),
              Duration.ofMillis(500),
              System::nanoTime),
          this::learning);
      feed.closeSteps();
      supervisor.await(this::allLearned, this::learning, CLOSE_STEP_PATIENCE);
    } finally {
      sending.interrupt();
    }
  }

  private void scoreHeldOut(DemoFeed feed) throws InterruptedException {
    long version = meters.version(VISION);
    supervisor.await(
        "scoring does not switch to version " + version,
        () -> meters.scoringVersion(VISION) >= version,
        this::learning);
    view.announce(
        "Scoring %,d digits that the model has never seen".formatted(data.heldOut().count()));
    var throttle =
        new FeedThrottle(() -> observed.images().unlabelled(), IMAGES_AHEAD, () -> 0, MAILS_AHEAD);
    Thread sending = supervisor.startSending(() -> feed.sendHeldOut(data.heldOut(), throttle));
    try {
      supervisor.await(
          "scoring has not predicted all held-out images",
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
    return meters.recordsIn(VISION) + meters.heldBack(VISION) >= data.training().count()
        && meters.recordsIn(CLASSIFIER) + meters.heldBack(CLASSIFIER) >= data.mails().size();
  }

  private boolean allLearned() {
    return meters.recordsIn(VISION) >= data.training().count()
        && meters.recordsIn(CLASSIFIER) >= data.mails().size();
  }

  private boolean allPredicted() {
    return observed.images().count() >= data.training().count()
        && observed.mails().count() >= data.mails().size();
  }

  private boolean allObserved() {
    return observed.evaluated(VISION) >= data.training().count()
        && observed.evaluated(CLASSIFIER) >= data.mails().size()
        && observed.reconstructions() >= Math.min(DemoReport.SHOWN, data.heldOut().count());
  }

  /** The number of images that both scoring and the trainer have processed. */
  private long imagesProcessed() {
    return Math.min(observed.images().count(), meters.imagesLearned());
  }

  private long mailsProcessed() {
    return Math.min(observed.mails().count(), meters.documentsLearned());
  }
}
