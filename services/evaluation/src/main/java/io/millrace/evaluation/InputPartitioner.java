package io.millrace.evaluation;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.streams.processor.StreamPartitioner;

/**
 * Chooses the partitions that judge. What is about a subject goes to the subject's partition;
 * manifests and progress on examples topics go to all, since every partition waits for them.
 */
final class InputPartitioner implements StreamPartitioner<String, EvaluationInput> {

  @Override
  public Optional<Set<Integer>> partitions(
      String topic, String key, EvaluationInput input, int partitions) {
    return Optional.of(
        switch (input) {
          case EvaluationInput.OfPrediction _, EvaluationInput.OfLabel _ -> of(key, partitions);
          case EvaluationInput.OfExample(_, String subject) ->
              subject.isEmpty() ? all(partitions) : of(subject, partitions);
          case EvaluationInput.OfManifest _ -> all(partitions);
        });
  }

  private static Set<Integer> of(String subject, int partitions) {
    byte[] bytes = subject.getBytes(StandardCharsets.UTF_8);
    return Set.of(BuiltInPartitioner.partitionForKey(bytes, partitions));
  }

  private static Set<Integer> all(int partitions) {
    return IntStream.range(0, partitions).boxed().collect(Collectors.toSet());
  }
}
