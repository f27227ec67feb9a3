package io.millrace.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.broker.violations.BrokerThatKnowsSchemas;
import io.millrace.learning.violations.LearningThatKnowsKafka;
import io.millrace.learning.violations.LearningThatKnowsMicrometer;
import io.millrace.learning.violations.LearningThatKnowsTopics;
import io.millrace.runtime.violations.RuntimeThatKnowsBroker;
import io.millrace.runtime.violations.RuntimeThatKnowsPicocli;
import io.millrace.runtime.violations.RuntimeThatReadsObjects;
import io.millrace.schemas.violations.SchemasThatKnowTopics;
import io.millrace.scoring.violations.ScoringThatKnowsJavalin;
import io.millrace.scoring.violations.ScoringThatKnowsLucene;
import io.millrace.scoring.violations.ScoringThatKnowsNd4j;
import io.millrace.text.violations.TextThatKnowsScoring;
import io.millrace.topics.violations.TopicsThatKnowRuntime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The arrows hold in all modules, and each of them can be broken. */
final class ArchitectureTest {

  private static final JavaClasses PROJECT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.millrace");

  @ParameterizedTest
  @MethodSource("rules")
  void holdsInAllModules(ArchRule rule) {
    rule.check(PROJECT);
  }

  @ParameterizedTest
  @MethodSource("violations")
  void noticesAViolation(ArchRule rule, Class<?> violation) {
    JavaClasses wrong = new ClassFileImporter().importClasses(violation);

    assertThatThrownBy(() -> rule.check(wrong))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(violation.getSimpleName());
  }

  @Test
  void everyModuleIsLookedAt() {
    Stream<String> expected =
        Stream.concat(
            Arrows.SERVICES.stream().map(service -> "io.millrace." + service),
            Stream.of(
                "io.millrace.schemas",
                "io.millrace.topics",
                "io.millrace.runtime",
                "io.millrace.broker",
                "io.millrace.cli",
                "io.millrace.learning.tensors",
                "io.millrace.learning.text",
                "io.millrace.learning.embedding",
                "io.millrace.learning.classifier",
                "io.millrace.learning.vision",
                "io.millrace.learning.vision.dl4j"));

    assertThat(expected)
        .allSatisfy(name -> assertThat(PROJECT.containPackage(name)).as(name).isTrue());
  }

  static Stream<ArchRule> rules() {
    return Stream.concat(
        Arrows.servicesStandAlone().stream(),
        Stream.of(
            Arrows.SCHEMAS_KNOW_NOBODY,
            Arrows.TOPICS_KNOW_ONLY_SCHEMAS,
            Arrows.RUNTIME_KNOWS_NO_SERVICE,
            Arrows.LEARNING_KNOWS_NOBODY,
            Arrows.BROKER_KNOWS_NOBODY,
            Arrows.LEARNING_IS_FREE_OF_KAFKA_AND_MICROMETER,
            Arrows.DEEPLEARNING4J_STAYS_IN_ITS_ENGINE,
            Arrows.LUCENE_STAYS_WHERE_TEXT_IS,
            Arrows.PICOCLI_STAYS_IN_THE_COMMAND_LINE,
            Arrows.JAVALIN_STAYS_IN_THE_RUNTIME,
            Arrows.NOTHING_USES_JAVA_SERIALIZATION));
  }

  static List<Arguments> violations() {
    ArchRule textStandsAlone = Arrows.servicesStandAlone().get(Arrows.SERVICES.indexOf("text"));
    return List.of(
        arguments(textStandsAlone, TextThatKnowsScoring.class),
        arguments(Arrows.SCHEMAS_KNOW_NOBODY, SchemasThatKnowTopics.class),
        arguments(Arrows.TOPICS_KNOW_ONLY_SCHEMAS, TopicsThatKnowRuntime.class),
        arguments(Arrows.RUNTIME_KNOWS_NO_SERVICE, RuntimeThatKnowsBroker.class),
        arguments(Arrows.LEARNING_KNOWS_NOBODY, LearningThatKnowsTopics.class),
        arguments(Arrows.LEARNING_IS_FREE_OF_KAFKA_AND_MICROMETER, LearningThatKnowsKafka.class),
        arguments(
            Arrows.LEARNING_IS_FREE_OF_KAFKA_AND_MICROMETER, LearningThatKnowsMicrometer.class),
        arguments(Arrows.BROKER_KNOWS_NOBODY, BrokerThatKnowsSchemas.class),
        arguments(Arrows.DEEPLEARNING4J_STAYS_IN_ITS_ENGINE, ScoringThatKnowsNd4j.class),
        arguments(Arrows.LUCENE_STAYS_WHERE_TEXT_IS, ScoringThatKnowsLucene.class),
        arguments(Arrows.PICOCLI_STAYS_IN_THE_COMMAND_LINE, RuntimeThatKnowsPicocli.class),
        arguments(Arrows.JAVALIN_STAYS_IN_THE_RUNTIME, ScoringThatKnowsJavalin.class),
        arguments(Arrows.NOTHING_USES_JAVA_SERIALIZATION, RuntimeThatReadsObjects.class));
  }
}
