package io.millrace.tests.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Which way dependencies may point:
 *
 * <pre>
 * schemas &lt;- topics &lt;- runtime &lt;- each service &lt;- cli
 *                      learning &lt;-'
 *                                     broker &lt;- cli
 * </pre>
 *
 * and which libraries stay where.
 */
final class DependencyRules {

  /** The services; none may know another. */
  static final List<String> SERVICES = Module.services();

  private static final Map<String, Set<String>> CONSOLE_USES =
      Map.of("console", Set.of("scoring", "search"));

  private static final String SCHEMAS = "io.millrace.schemas..";
  private static final String TOPICS = "io.millrace.topics..";
  private static final String RUNTIME = "io.millrace.runtime..";
  private static final String LEARNING = "io.millrace.learning..";
  private static final String BROKER = "io.millrace.broker..";
  private static final String CLI = "io.millrace.cli..";

  static final ArchRule SCHEMAS_KNOW_NOBODY =
      never(SCHEMAS, TOPICS, RUNTIME, LEARNING, BROKER, "services", CLI)
          .because("schemas are what everybody shares");

  static final ArchRule TOPICS_KNOW_ONLY_SCHEMAS =
      never(TOPICS, RUNTIME, LEARNING, BROKER, "services", CLI)
          .because("the catalogue says what flows, not who works on it");

  static final ArchRule RUNTIME_KNOWS_NO_SERVICE =
      never(RUNTIME, LEARNING, BROKER, "services", CLI)
          .because("the runtime is shared by services that learn quite different things");

  static final ArchRule LEARNING_KNOWS_NOBODY =
      never(LEARNING, SCHEMAS, TOPICS, RUNTIME, BROKER, "services", CLI)
          .because("learners are plain Java that can be used without the rest");

  static final ArchRule BROKER_KNOWS_NOBODY =
      never(BROKER, SCHEMAS, TOPICS, RUNTIME, LEARNING, "services", CLI)
          .because("the broker carries bytes");

  static final ArchRule LEARNING_IS_FREE_OF_KAFKA_AND_MICROMETER =
      noClasses()
          .that()
          .resideInAPackage(LEARNING)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("org.apache.kafka..", "io.micrometer..")
          .because("a learner gets records and tells numbers; the runtime does the rest");

  static final ArchRule DEEPLEARNING4J_STAYS_IN_ITS_ENGINE =
      onlyIn(List.of("io.millrace.learning.vision.dl4j.."), "org.deeplearning4j..", "org.nd4j..");

  static final ArchRule NATIVE_LIBRARIES_STAY_IN_THE_ENGINES =
      onlyIn(
          List.of("io.millrace.learning.vision.dl4j..", "io.millrace.learning.vision.libtorch.."),
          "org.bytedeco..");

  static final ArchRule LUCENE_STAYS_WHERE_TEXT_IS =
      onlyIn(
          List.of("io.millrace.learning.text..", "io.millrace.text..", "io.millrace.search.."),
          "org.apache.lucene..");

  static final ArchRule PICOCLI_STAYS_IN_THE_COMMAND_LINE = onlyIn(List.of(CLI), "picocli..");

  static final ArchRule JAVALIN_STAYS_IN_THE_RUNTIME =
      onlyIn(List.of(RUNTIME), "io.javalin..", "org.eclipse.jetty..", "jakarta.servlet..");

  static final ArchRule NOTHING_USES_JAVA_SERIALIZATION =
      noClasses()
          .should()
          .dependOnClassesThat()
          .haveNameMatching("java\\.io\\.Object(In|Out)putStream")
          .because("formats are open, and deserializing Java objects runs what others wrote");

  static final ArchRule PACKAGES_ARE_FREE_OF_CYCLES =
      slices()
          .matching("io.millrace.(**)")
          .should()
          .beFreeOfCycles()
          .because("a package that can be read before those that use it can be understood alone");

  private DependencyRules() {}

  /**
   * A service knows no other service, and not the command line. The console is the exception: it
   * answers in its own process, with the code that scoring and search answer with.
   */
  static List<ArchRule> servicesStandAlone() {
    List<ArchRule> rules = new ArrayList<>();
    for (String service : SERVICES) {
      String[] others =
          Stream.concat(
                  SERVICES.stream()
                      .filter(other -> !other.equals(service))
                      .filter(
                          other -> !CONSOLE_USES.getOrDefault(service, Set.of()).contains(other))
                      .map(DependencyRules::servicePackage),
                  Stream.of(CLI, BROKER))
              .toArray(String[]::new);
      rules.add(never(servicePackage(service), others).because("services meet only on topics"));
    }
    return rules;
  }

  private static String servicePackage(String service) {
    return "io.millrace." + service + "..";
  }

  /** Classes of a package know none of some others; {@code "services"} stands for all services. */
  private static ArchRule never(String from, String... to) {
    String[] forbidden =
        Stream.of(to)
            .flatMap(name ->
                name.equals("services")
                    ? SERVICES.stream().map(DependencyRules::servicePackage)
                    : Stream.of(name))
            .toArray(String[]::new);
    return noClasses()
        .that()
        .resideInAPackage(from)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(forbidden);
  }

  private static ArchRule onlyIn(List<String> homes, String... libraries) {
    return noClasses()
        .that()
        .resideOutsideOfPackages(homes.toArray(String[]::new))
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(libraries);
  }
}
