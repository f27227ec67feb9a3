package io.millrace.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.scoring.answers.ServedModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ServedModelTest {

  private int loads;
  private final List<String> letGo = new ArrayList<>();
  private final ScoringMetrics.ModelMetrics metrics = new ScoringMetrics().model(ImageScorer.MODEL);

  @Test
  void whileAVersionIsLoadedTheOneBeforeAnswersWithoutAPause() throws Exception {
    var loading = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    try (ExecutorService follower = Executors.newSingleThreadExecutor();
        var model = new ServedModel<>("vision", 2, _ -> load(loading, goOn), letGo::add, metrics)) {
      model.load(ScoringSamples.vision(1));
      var before = model.inForce();
      Future<?> second = follower.submit(() -> model.load(ScoringSamples.vision(2)));
      await(loading);

      var during = model.inForce();
      goOn.countDown();
      second.get();
      var after = model.inForce();

      assertThat(during).isSameAs(before);
      assertThat(after.number()).isEqualTo(2);
      assertThat(letGo).containsExactlyElementsOf(before.predictors());
    }
  }

  @Test
  void eachThreadGetsAPredictorOfItsOwn() {
    try (var model = new ServedModel<>("vision", 3, _ -> "p" + ++loads, letGo::add, metrics)) {
      model.load(ScoringSamples.vision(1));

      assertThat(model.inForce().predictors()).containsExactly("p1", "p2", "p3");
    }
    assertThat(letGo).containsExactly("p1", "p2", "p3");
  }

  /** The third, the first of the second version, takes its time. */
  private String load(CountDownLatch loading, CountDownLatch goOn) {
    loads++;
    if (loads == 3) {
      loading.countDown();
      await(goOn);
    }
    return "p" + loads;
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
