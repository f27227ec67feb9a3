package io.millrace.cli;

import io.millrace.classifier.ClassifierService;
import io.millrace.embedding.EmbeddingService;
import io.millrace.evaluation.EvaluationService;
import io.millrace.labelling.LabellingService;
import io.millrace.runtime.CommonConfig;
import io.millrace.runtime.ServiceType;
import io.millrace.runtime.Settings;
import io.millrace.scoring.ScoringService;
import io.millrace.search.SearchService;
import io.millrace.search.TextWeigher;
import io.millrace.text.TextConfig;
import io.millrace.text.TextService;
import io.millrace.vision.VisionService;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.kafka.common.config.ConfigDef;

/** The services that this program can run. */
public final class Services {

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
          SearchService.type(Services::weigher));

  private Services() {}

  /**
   * The services of these names, in the order of {@link #ALL}; all for no name.
   *
   * @throws IllegalArgumentException if there is none of a name
   */
  static List<ServiceType> named(List<String> names) {
    for (String name : names) {
      if (ALL.stream().noneMatch(type -> type.name().equals(name))) {
        throw new IllegalArgumentException(
            "no service is named " + name + "; there are " + names());
      }
    }
    return names.isEmpty()
        ? ALL
        : ALL.stream().filter(type -> names.contains(type.name())).toList();
  }

  /** Weighs texts as the text service weighs documents; here is who knows both. */
  static TextWeigher weigher(Settings settings) {
    TextConfig text = TextConfig.from(settings);
    return TextWeigher.of(text.analysis(), text.weighing());
  }

  /** All names, for messages. */
  static String names() {
    return ALL.stream().map(ServiceType::name).collect(Collectors.joining(", "));
  }

  /** Every setting that a process knows: the shared ones, the program's own, each service's. */
  public static List<ConfigDef> definitions() {
    List<ConfigDef> all = new ArrayList<>();
    all.add(CommonConfig.definition());
    all.add(ProcessConfig.definition());
    ALL.forEach(type -> all.add(type.definition()));
    return all;
  }
}
