package io.millrace.cli.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.settings.CommonConfig;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The names of settings follow one pattern. */
final class SettingNamesTest {

  private static final Set<String> LIMITS = Set.of("max", "min");
  private static final Set<String> UNITS = Set.of("bytes", "pixels", "records", "ms");

  /** Names that others have given, or like theirs: Kafka, scikit-learn and word2vec. */
  private static final List<String> OF_OTHERS =
      List.of(
          ".max.poll.interval.ms",
          ".step.max.wait.ms",
          "topics.min.insync.replicas",
          "text.max.df",
          "text.min.df",
          "embedding.min.count");

  @ParameterizedTest
  @MethodSource("all")
  void aLimitStandsAtTheEndOrBeforeItsUnit(String name) {
    assertThat(OF_OTHERS.stream().anyMatch(name::endsWith) || followsThePattern(name))
        .as("%s: say what is limited first, as in http.connections.max", name)
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http.max.connections", "text.min.ngram", "text.max.document.bytes"})
  void aLimitInFrontIsNoticed(String name) {
    assertThat(followsThePattern(name)).isFalse();
  }

  @Test
  void thereAreSettingsToLookAt() {
    assertThat(all()).hasSizeGreaterThan(100).contains("http.connections.max");
  }

  static Stream<String> all() {
    return Stream.concat(
            Stream.of(CommonConfig.definition(), ProcessConfig.definition()),
            ServiceRegistry.ALL.stream().map(it -> it.definition()))
        .map(ConfigDef::names)
        .flatMap(Set::stream)
        .distinct();
  }

  private static boolean followsThePattern(String name) {
    List<String> words = List.of(name.split("\\."));
    int limit = words.size() - (UNITS.contains(words.getLast()) ? 2 : 1);
    return words.subList(0, limit).stream().noneMatch(LIMITS::contains);
  }
}
