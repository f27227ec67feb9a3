package io.millrace.runtime.records;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The spans of a trainer's steps: {@code learn MODEL}, linked to the examples; below it {@code send
 * models}, the version that it made, linked to it; and below each traced record {@code process
 * TOPIC}, linked to the step and with the version's number. Safe for several threads.
 */
public final class StepSpans {

  private StepSpans() {}

  /**
   * A record that a trainer has taken into a step.
   *
   * @param polledNanos when it was polled, nanoseconds since 1970
   * @param isUsable whether it could be decoded
   */
  public record Example(TracedRecord record, long polledNanos, boolean isUsable) {}

  /**
   * Takes a step of a trainer that was committed.
   *
   * @param trainer the model's name: variants of a service have the same records
   * @param models the topic of the versions
   * @param version what the step has made
   * @param records how many records it has learned from, traced or not
   * @param examples those of them that are traced
   * @param tookNanos from its first record to its commit
   */
  public static void learned(
      String trainer,
      String models,
      TracedVersion version,
      int records,
      List<Example> examples,
      long tookNanos) {
    if (!Traces.areExported()) {
      return;
    }
    long now = Traces.now();
    TraceContext step = version.step();
    Map<String, Object> model = new LinkedHashMap<>();
    version.describe(model);
    Map<String, Object> learning = new LinkedHashMap<>(model);
    learning.put("millrace.step.records", (long) records);
    Traces.export(
        new TraceSpan(
            "learn " + version.model(),
            TraceSpan.Kind.INTERNAL,
            step,
            Optional.empty(),
            examples.stream()
                .filter(Example::isUsable)
                .limit(Traces.MAX_LINKS)
                .map(it -> it.record().context())
                .toList(),
            now - tookNanos,
            now,
            learning));
    Map<String, Object> sending = Traces.operation("send", "send");
    sending.put(Traces.DESTINATION, models);
    sending.putAll(model);
    Traces.export(
        new TraceSpan(
            "send " + models,
            TraceSpan.Kind.PRODUCER,
            version.context(),
            Optional.of(step),
            List.of(step),
            now,
            now,
            sending));
    for (Example example : examples) {
      Traces.processed(
          trainer,
          example.record(),
          example.polledNanos(),
          example.isUsable()
              ? Optional.empty()
              : Optional.of(TraceSpan.Failure.unusable("it was skipped")),
          Optional.of(step),
          model);
    }
  }
}
