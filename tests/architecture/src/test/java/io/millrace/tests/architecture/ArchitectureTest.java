package io.millrace.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import io.millrace.broker.violations.BrokerThatKnowsSchemas;
import io.millrace.cycle.violations.egg.Egg;
import io.millrace.cycle.violations.hen.Hen;
import io.millrace.learning.violations.LearningThatKnowsKafka;
import io.millrace.learning.violations.LearningThatKnowsMicrometer;
import io.millrace.learning.violations.LearningThatKnowsTopics;
import io.millrace.runtime.violations.RuntimeThatKnowsBroker;
import io.millrace.runtime.violations.RuntimeThatKnowsPicocli;
import io.millrace.runtime.violations.RuntimeThatReadsObjects;
import io.millrace.schemas.violations.SchemasThatKnowTopics;
import io.millrace.scoring.violations.ScoringThatKnowsJavaCpp;
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

/**
 * All that ships keeps the rules. The classes are read from the modules' folders and not through
 * the class path, on which the two engines of the vision could not stand together.
 */
final class ArchitectureTest {

  private static final List<Module> MODULES =
      Module.all().stream().filter(Module::hasMainSources).toList();
  private static final JavaClasses PROJECT =
      new ClassFileImporter().importPaths(MODULES.stream().map(Module::mainClasses).toList());

  @ParameterizedTest
  @MethodSource("rules")
  void holdsInAllModules(ArchRule rule) {
    rule.check(PROJECT);
  }

  @ParameterizedTest
  @MethodSource("violations")
  void noticesAViolation(ArchRule rule, List<Class<?>> violation) {
    JavaClasses wrong = new ClassFileImporter().importClasses(violation);

    assertThatThrownBy(() -> rule.check(wrong))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining(violation.getFirst().getSimpleName());
  }

  @Test
  void everyModuleThatHasSourcesIsLookedAt() {
    List<String> seen =
        PROJECT.stream()
            .flatMap(type -> type.getSource().stream())
            .map(source -> source.getUri().toString())
            .toList();

    assertThat(MODULES)
        .extracting(Module::path)
        .contains("services/runtime", "services/learning/vision-libtorch");
    assertThat(MODULES)
        .allSatisfy(module ->
            assertThat(seen)
                .as(module.path())
                .anyMatch(uri -> uri.startsWith(module.mainClasses().toUri().toString())));
  }

  @Test
  void everyServiceHasThePackageOfItsName() {
    assertThat(DependencyRules.SERVICES)
        .contains("text", "scoring")
        .doesNotContain("runtime", "cli", "learning")
        .allSatisfy(service ->
            assertThat(PROJECT.stream().map(JavaClass::getPackageName))
                .contains("io.millrace." + service));
  }

  static Stream<ArchRule> rules() {
    return Stream.concat(
        DependencyRules.servicesStandAlone().stream(),
        Stream.of(
            DependencyRules.SCHEMAS_KNOW_NOBODY,
            DependencyRules.TOPICS_KNOW_ONLY_SCHEMAS,
            DependencyRules.RUNTIME_KNOWS_NO_SERVICE,
            DependencyRules.LEARNING_KNOWS_NOBODY,
            DependencyRules.BROKER_KNOWS_NOBODY,
            DependencyRules.LEARNING_IS_FREE_OF_KAFKA_AND_MICROMETER,
            DependencyRules.DEEPLEARNING4J_STAYS_IN_ITS_ENGINE,
            DependencyRules.NATIVE_LIBRARIES_STAY_IN_THE_ENGINES,
            DependencyRules.LUCENE_STAYS_WHERE_TEXT_IS,
            DependencyRules.PICOCLI_STAYS_IN_THE_COMMAND_LINE,
            DependencyRules.JAVALIN_STAYS_IN_THE_RUNTIME,
            DependencyRules.NOTHING_USES_JAVA_SERIALIZATION,
            DependencyRules.PACKAGES_ARE_FREE_OF_CYCLES));
  }

  static List<Arguments> violations() {
    ArchRule textStandsAlone =
        DependencyRules.servicesStandAlone().get(DependencyRules.SERVICES.indexOf("text"));
    return List.of(
        violation(textStandsAlone, TextThatKnowsScoring.class),
        violation(DependencyRules.SCHEMAS_KNOW_NOBODY, SchemasThatKnowTopics.class),
        violation(DependencyRules.TOPICS_KNOW_ONLY_SCHEMAS, TopicsThatKnowRuntime.class),
        violation(DependencyRules.RUNTIME_KNOWS_NO_SERVICE, RuntimeThatKnowsBroker.class),
        violation(DependencyRules.LEARNING_KNOWS_NOBODY, LearningThatKnowsTopics.class),
        violation(
            DependencyRules.LEARNING_IS_FREE_OF_KAFKA_AND_MICROMETER, LearningThatKnowsKafka.class),
        violation(
            DependencyRules.LEARNING_IS_FREE_OF_KAFKA_AND_MICROMETER,
            LearningThatKnowsMicrometer.class),
        violation(DependencyRules.BROKER_KNOWS_NOBODY, BrokerThatKnowsSchemas.class),
        violation(DependencyRules.DEEPLEARNING4J_STAYS_IN_ITS_ENGINE, ScoringThatKnowsNd4j.class),
        violation(
            DependencyRules.NATIVE_LIBRARIES_STAY_IN_THE_ENGINES, ScoringThatKnowsJavaCpp.class),
        violation(DependencyRules.LUCENE_STAYS_WHERE_TEXT_IS, ScoringThatKnowsLucene.class),
        violation(DependencyRules.PICOCLI_STAYS_IN_THE_COMMAND_LINE, RuntimeThatKnowsPicocli.class),
        violation(DependencyRules.JAVALIN_STAYS_IN_THE_RUNTIME, ScoringThatKnowsJavalin.class),
        violation(DependencyRules.NOTHING_USES_JAVA_SERIALIZATION, RuntimeThatReadsObjects.class),
        violation(DependencyRules.PACKAGES_ARE_FREE_OF_CYCLES, Hen.class, Egg.class));
  }

  private static Arguments violation(ArchRule rule, Class<?>... classes) {
    return arguments(rule, List.of(classes));
  }
}
