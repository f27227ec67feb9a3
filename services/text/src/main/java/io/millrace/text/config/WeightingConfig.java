package io.millrace.text.config;

import io.millrace.learning.text.weighting.DocumentFrequencyBound;
import io.millrace.learning.text.weighting.Idf;
import io.millrace.learning.text.weighting.Norm;
import io.millrace.learning.text.weighting.Tf;
import io.millrace.learning.text.weighting.Weighting;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigDef.ValidString;
import org.apache.kafka.common.config.ConfigException;

/** The settings of the weighting of terms. */
final class WeightingConfig {

  private static final String WEIGHTING = "text.weighting";
  private static final String TF = "text.weighting.tf";
  private static final String IDF = "text.weighting.idf";
  private static final String NORM = "text.weighting.norm";
  private static final String MIN_DF = "text.min.df";
  private static final String MAX_DF = "text.max.df";

  /** Stands for the choice that the named weighting has made. */
  private static final String PRESET = "preset";

  private WeightingConfig() {}

  /** Adds the definitions. */
  static void define(ConfigDef definition) {
    definition.define(
        WEIGHTING,
        Type.STRING,
        Weighting.SCIKIT_LEARN.label(),
        ValidString.in(Weighting.names().toArray(String[]::new)),
        Importance.HIGH,
        "How terms are weighted: TF-IDF as in scikit-learn, counts alone, or the textbook form of"
            + " the article.");
    choice(
        definition,
        TF,
        Tf.values(),
        "Another tf: count, binary (1), sublinear (1 + ln(count)), or share (count divided by the"
            + " document's tokens).");
    choice(
        definition,
        IDF,
        Idf.values(),
        "Another idf: none (1), smooth (ln((1+N)/(1+df))+1), plain (ln(N/df)+1), or textbook"
            + " (ln(N/(df+1))).");
    choice(
        definition,
        NORM,
        Norm.values(),
        "Another norm that a document's weights are divided by: none, l1 (the sum of their"
            + " absolute values), or l2 (their Euclidean length).");
    bound(definition, MIN_DF, DocumentFrequencyBound.ONE, "fewer");
    bound(definition, MAX_DF, DocumentFrequencyBound.ALL, "more");
  }

  private static void choice(
      ConfigDef definition, String name, Enum<?>[] values, String documentation) {
    List<String> names = new ArrayList<>(List.of(PRESET));
    Arrays.stream(values).map(WeightingConfig::label).forEach(names::add);
    definition.define(
        name,
        Type.STRING,
        PRESET,
        ValidString.in(names.toArray(String[]::new)),
        Importance.MEDIUM,
        documentation);
  }

  private static void bound(
      ConfigDef definition, String name, DocumentFrequencyBound usual, String comparison) {
    definition.define(
        name,
        Type.STRING,
        usual.toString(),
        Importance.MEDIUM,
        "Leaves out of a vector the terms that "
            + comparison
            + " documents have at that moment: a number of documents such as 2 or, with a point, a"
            + " share of them such as 0.5.");
  }

  /**
   * Reads the settings.
   *
   * @throws ConfigException if one is bad
   */
  static Weighting read(AbstractConfig values) {
    Weighting preset = Weighting.named(values.getString(WEIGHTING));
    DocumentFrequencyBound min = bound(values, MIN_DF);
    DocumentFrequencyBound max = bound(values, MAX_DF);
    if (min.isShare() == max.isShare() && min.value() > max.value()) {
      throw new ConfigException(
          MAX_DF, max, "must not be less than " + MIN_DF + ", which is " + min);
    }
    return new Weighting(
        preset.preset(),
        chosen(values, TF, Tf.values(), preset.tf()),
        chosen(values, IDF, Idf.values(), preset.idf()),
        chosen(values, NORM, Norm.values(), preset.norm()),
        min,
        max);
  }

  private static <E extends Enum<E>> E chosen(
      AbstractConfig values, String setting, E[] choices, E preset) {
    String name = values.getString(setting);
    return Arrays.stream(choices)
        .filter(choice -> label(choice).equals(name))
        .findFirst()
        .orElse(preset);
  }

  private static DocumentFrequencyBound bound(AbstractConfig values, String setting) {
    String text = values.getString(setting);
    try {
      return DocumentFrequencyBound.parse(text);
    } catch (IllegalArgumentException e) {
      throw new ConfigException(setting, text, String.valueOf(e.getMessage()));
    }
  }

  private static String label(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }
}
