package io.millrace.console.views;

import io.millrace.console.live.EventHub;
import io.millrace.console.live.EventType;
import io.millrace.console.live.LiveTopics;
import io.millrace.runtime.administration.ServingRules;
import io.millrace.runtime.settings.Settings;

/** Passes on what the memories take as events, as JSON; what nobody listens to costs nothing. */
public final class LiveEvents {
  private LiveEvents() {}

  /** Connects the memories with those who listen. */
  public static void connect(LiveTopics live, Settings settings, ServingRules served) {
    EventHub hub = live.hub();
    String prefix = settings.topics().prefix();
    live.predictions()
        .onPrediction(it -> hub.publish(EventType.PREDICTION, () -> PredictionJson.of(it)));
    live.evaluations()
        .onEvaluation(it -> hub.publish(EventType.EVALUATION, () -> EvaluationJson.of(it)));
    live.models().onVersion(it -> hub.publish(EventType.VERSION, () -> ModelEventJson.version(it)));
    live.drifts().onDrift(it -> hub.publish(EventType.DRIFT, () -> ModelEventJson.drift(it)));
    live.decisions()
        .onDecision(it ->
            hub.publish(
                EventType.SERVING,
                () ->
                    ModelEventJson.serving(it, served.policy(settings, it.decision().getModel()))));
    live.letters()
        .onLetter(it -> hub.publish(EventType.DEAD_LETTER, () -> LetterJson.of(it, prefix, false)));
  }
}
