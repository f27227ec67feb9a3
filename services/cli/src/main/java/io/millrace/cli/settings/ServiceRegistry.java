package io.millrace.cli.settings;

import io.millrace.classifier.ClassifierService;
import io.millrace.console.ConsoleService;
import io.millrace.console.gateway.ProcessContext;
import io.millrace.console.settings.SettingsSection;
import io.millrace.embedding.EmbeddingService;
import io.millrace.evaluation.EvaluationService;
import io.millrace.labelling.LabellingService;
import io.millrace.runtime.administration.ServingRules;
import io.millrace.runtime.lifecycle.ServiceType;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingPolicy;
import io.millrace.runtime.settings.CommonConfig;
import io.millrace.runtime.settings.Settings;
import io.millrace.scoring.ScoringService;
import io.millrace.scoring.promotion.VersionCheck;
import io.millrace.search.SearchService;
import io.millrace.search.documents.TextVectorizer;
import io.millrace.search.words.WordAnalysis;
import io.millrace.text.TextService;
import io.millrace.text.config.TextConfig;
import io.millrace.vision.VisionService;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;

/** The services that this program can run. */
public final class ServiceRegistry {

  /** What scoring does with models, for those who do not know scoring. */
  public static final ServingRules SERVING_RULES =
      new ServingRules() {
        @Override
        public Optional<ServingPolicy> policy(Settings settings, String model) {
          return ScoringService.servingPolicy(settings, model);
        }

        @Override
        public String setting(String model) {
          return ScoringService.servingSetting(model);
        }

        @Override
        public Optional<String> problem(ModelVersion version) {
          return VersionCheck.problem(version);
        }
      };

  /** All of them, in the order of the flow. */
  public static final List<ServiceType> ALL =
      List.of(
          TextService.TYPE,
          EmbeddingService.TYPE,
          LabellingService.TYPE,
          VisionService.TYPE,
          ClassifierService.TYPE,
          ScoringService.TYPE,
          EvaluationService.TYPE,
          SearchService.type(ServiceRegistry::textVectorizer, ServiceRegistry::wordAnalysis),
          ConsoleService.type(
              ServiceRegistry::textVectorizer,
              new ProcessContext(SERVING_RULES, ServiceRegistry::sections)));

  private ServiceRegistry() {}

  /**
   * The services with some names, in the order of {@link #ALL}; all services if no name is given.
   *
   * @throws IllegalArgumentException if no service has one of the names
   */
  public static List<ServiceType> byName(List<String> names) {
    for (String name : names) {
      if (ALL.stream().noneMatch(type -> type.name().equals(name))) {
        throw new IllegalArgumentException(
            "no service is named '" + name + "'; the services are " + names());
      }
    }
    return names.isEmpty()
        ? ALL
        : ALL.stream().filter(type -> names.contains(type.name())).toList();
  }

  /** Computes vectors of texts as the text service does; search does not depend on that service. */
  public static TextVectorizer textVectorizer(Settings settings) {
    TextConfig text = TextConfig.from(settings);
    return TextVectorizer.of(text.analysis(), text.weighting());
  }

  /** Splits texts into words as the embedding service does; search does not depend on it either. */
  public static WordAnalysis wordAnalysis(Settings settings) {
    return WordAnalysis.of(EmbeddingService.analysis(settings));
  }

  /** All names, for messages. */
  public static String names() {
    return ALL.stream().map(ServiceType::name).collect(Collectors.joining(", "));
  }

  /** All settings, by whose they are. */
  public static List<SettingsSection> sections() {
    List<SettingsSection> all = new ArrayList<>();
    all.add(new SettingsSection("all services", CommonConfig.definition()));
    all.add(new SettingsSection("the process", ProcessConfig.definition()));
    ALL.forEach(type -> all.add(new SettingsSection(type.name(), type.definition())));
    return all;
  }

  /** All settings: those shared by all services, those of the process, those of each service. */
  public static List<ConfigDef> definitions() {
    List<ConfigDef> all = new ArrayList<>();
    all.add(CommonConfig.definition());
    all.add(ProcessConfig.definition());
    ALL.forEach(type -> all.add(type.definition()));
    return all;
  }
}
