package io.millrace.scoring;

import io.millrace.runtime.models.ModelName;
import io.millrace.runtime.models.ServingPolicy;
import java.util.List;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * Who answers in the shadow of the version that is served.
 *
 * @param vision the challengers of vision
 * @param classifier the challengers of the classifier
 * @param share of the records that they answer, above 0 and at most 1
 */
record ShadowConfig(Challengers vision, Challengers classifier, double share) {

  private static final String VISION = "scoring.vision.challengers";
  private static final String CLASSIFIER = "scoring.classifier.challengers";
  private static final String SHARE = "scoring.shadow.share";

  private static final String AUTO = "auto";
  private static final String NONE = "none";
  private static final String ALL = "all";
  private static final List<String> WORDS = List.of(AUTO, NONE, ALL);

  /**
   * The setting for one kind.
   *
   * @param names {@code auto}, {@code none} or {@code all} alone, or the names of models
   */
  record Challengers(List<String> names) {
    Challengers {
      names = List.copyOf(names);
    }

    /** Whether there may be challengers at all. */
    boolean isAny(ServingPolicy policy) {
      return !names.equals(List.of(NONE))
          && (policy == ServingPolicy.GATED || !names.equals(List.of(AUTO)));
    }

    /** Whether the newest version of a model of the kind is a challenger. */
    boolean includes(String model, ServingPolicy policy) {
      boolean all = names.equals(List.of(AUTO)) || names.equals(List.of(ALL));
      return isAny(policy) && (all || names.contains(model));
    }

    /** The models that are named one by one. */
    List<String> named() {
      return names.size() == 1 && WORDS.contains(names.getFirst()) ? List.of() : names;
    }
  }

  /** The challengers of a kind. */
  Challengers of(String kind) {
    return kind.equals(ImageScorer.MODEL) ? vision : classifier;
  }

  /** The setting that names the challengers of a kind. */
  static String setting(String kind) {
    return kind.equals(ImageScorer.MODEL) ? VISION : CLASSIFIER;
  }

  /** Adds the definitions. */
  static void define(ConfigDef definition) {
    defineChallengers(definition, VISION, ImageScorer.MODEL);
    defineChallengers(definition, CLASSIFIER, DocumentScorer.MODEL);
    definition.define(
        SHARE,
        Type.DOUBLE,
        1.0,
        LambdaValidator.with(ShadowConfig::checkShare, () -> "above 0 and at most 1"),
        Importance.MEDIUM,
        "The share of the records that challengers answer, chosen by a hash of the record's"
            + " coordinates: the same records for all of them. Smaller shares cost less; a"
            + " comparison then takes as many more records.");
  }

  private static void defineChallengers(ConfigDef definition, String name, String kind) {
    definition.define(
        name,
        Type.LIST,
        AUTO,
        LambdaValidator.with(
            (setting, value) -> checkNames(setting, value, kind),
            () -> "auto, none, all, or names such as %s,%s-wide".formatted(kind, kind)),
        Importance.HIGH,
        ("Which models answer in the shadow of the version that is served, onto shadow-predictions:"
                + " each with its newest version, and the version to roll back to. auto: all of"
                + " them with scoring.%s.serving=gated, else none. none; all; or the names of"
                + " models: %s, which is its newest version while another is served, and variants"
                + " such as %s-wide.")
            .formatted(kind, kind, kind));
  }

  private static void checkShare(String name, Object value) {
    double share = (Double) value;
    if (!(share > 0 && share <= 1)) {
      throw new ConfigException(name, value, "must be above 0 and at most 1");
    }
  }

  private static void checkNames(String setting, Object value, String kind) {
    List<?> names = (List<?>) value;
    boolean isWord = names.size() == 1 && WORDS.contains(String.valueOf(names.getFirst()));
    boolean areModels =
        !names.isEmpty()
            && names.stream().allMatch(it -> ModelName.isOfKind(String.valueOf(it), kind));
    if (!isWord && !areModels) {
      throw new ConfigException(
          setting,
          value,
          "must be auto, none, all, or names of models such as %s,%s-wide".formatted(kind, kind));
    }
  }

  /** Reads what {@link #define} defines. */
  static ShadowConfig from(AbstractConfig values) {
    return new ShadowConfig(
        new Challengers(values.getList(VISION)),
        new Challengers(values.getList(CLASSIFIER)),
        values.getDouble(SHARE));
  }
}
