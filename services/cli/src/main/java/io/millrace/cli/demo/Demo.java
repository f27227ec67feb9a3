package io.millrace.cli.demo;

import io.millrace.cli.AllInOne;
import java.time.Duration;
import java.util.List;

/**
 * The course of the demonstration: send and learn, let the rests be learned too, send what was held
 * out, wait for the judgement.
 */
final class Demo {

  private static final String VISION = "vision";
  private static final String CLASSIFIER = "classifier";
  private static final Duration REST_PATIENCE = Duration.ofSeconds(20);
  private static final Duration JUDGEMENT_PATIENCE = Duration.ofSeconds(20);

  /** How far the feed may run ahead: enough for everybody to have work at hand, not more. */
  private static final int IMAGES_AHEAD = 1_500;

  private static final int MAILS_AHEAD = 200;

  private final DemoData data;
  private final AllInOne services;
  private final Observed observed;
  private final Figures figures;
  private final Streams streams;
  private final Supervisor supervisor;
  private final ProgressView view;

  Demo(
      DemoData data,
      AllInOne services,
      Observed observed,
      Supervisor supervisor,
      ProgressView view) {
    this.data = data;
    this.services = services;
    this.observed = observed;
    this.figures = new Figures(services.host().metrics());
    this.streams = new Streams(data, figures, observed);
    this.supervisor = supervisor;
    this.view = view;
  }

  /**
   * Goes the course.
   *
   * @return how long the learning took
   * @throws io.millrace.cli.Failure if it cannot be gone to its end
   */
  Duration run() throws InterruptedException {
    view.say("Starting a broker and the services …");
    supervisor.await("services start", services.host()::ready, List::of);
    try (var feed = new Feed(services.settings())) {
      long started = System.nanoTime();
      learn(feed);
      Duration learned = Duration.ofNanos(System.nanoTime() - started);
      answerHeldOut(feed);
      view.say("Waiting for the evaluation …");
      long labelled = (long) data.training().count();
      supervisor.await(
          () ->
              observed.judged(VISION) >= labelled
                  && observed.judged(CLASSIFIER) >= data.mails().size(),
          List::of,
          JUDGEMENT_PATIENCE);
      return learned;
    }
  }

  private void learn(Feed feed) throws InterruptedException {
    view.say(
        "Learning from %,d digits and %,d mails, once, as they flow"
            .formatted(data.training().count(), data.mails().size()));
    var pace = new Pace(this::imagesTaken, IMAGES_AHEAD, this::mailsTaken, MAILS_AHEAD);
    Thread sending = supervisor.send(() -> feed.training(data, pace));
    try {
      supervisor.await(
          "the streams are not learned to their end",
          new Steady(
              () -> !sending.isAlive() && allTaken() && allAnswered(),
              Duration.ofMillis(500),
              System::nanoTime),
          this::learning);
      feed.closeSteps();
      supervisor.await(this::allLearned, this::learning, REST_PATIENCE);
    } finally {
      sending.interrupt();
    }
  }

  private void answerHeldOut(Feed feed) throws InterruptedException {
    long version = figures.version(VISION);
    supervisor.await(
        "scoring does not take up version " + version,
        () -> figures.scoringVersion(VISION) >= version,
        this::learning);
    view.say("Scoring %,d digits it has never seen".formatted(data.heldOut().count()));
    var pace = new Pace(() -> observed.images().unlabelled(), IMAGES_AHEAD, () -> 0, MAILS_AHEAD);
    Thread sending = supervisor.send(() -> feed.heldOut(data.heldOut(), pace));
    try {
      supervisor.await(
          "the held-out images are not all answered",
          () -> !sending.isAlive() && observed.images().unlabelled() >= data.heldOut().count(),
          () -> List.of(streams.heldOut()));
    } finally {
      sending.interrupt();
    }
  }

  private List<StreamStatus> learning() {
    return List.of(streams.images(), streams.mails());
  }

  private boolean allTaken() {
    return figures.recordsIn(VISION) + figures.heldBack(VISION) >= data.training().count()
        && figures.recordsIn(CLASSIFIER) + figures.heldBack(CLASSIFIER) >= data.mails().size();
  }

  private boolean allLearned() {
    return figures.recordsIn(VISION) >= data.training().count()
        && figures.recordsIn(CLASSIFIER) >= data.mails().size();
  }

  private boolean allAnswered() {
    return observed.images().count() >= data.training().count()
        && observed.mails().count() >= data.mails().size();
  }

  /** What the slowest of those who take images has taken. */
  private long imagesTaken() {
    return Math.min(observed.images().count(), figures.imagesLearned());
  }

  private long mailsTaken() {
    return Math.min(observed.mails().count(), figures.documentsLearned());
  }
}
