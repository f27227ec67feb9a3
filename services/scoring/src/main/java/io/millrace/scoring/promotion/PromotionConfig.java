package io.millrace.scoring.promotion;

import io.millrace.runtime.settings.Settings;
import io.millrace.runtime.settings.SettingsException;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigDef.LambdaValidator;
import org.apache.kafka.common.config.ConfigDef.Range;
import org.apache.kafka.common.config.ConfigDef.Type;
import org.apache.kafka.common.config.ConfigException;

/**
 * The settings of the rules. A pair is a labelled record that the champion and a challenger have
 * answered, neither having learned from it.
 *
 * @param margin by how much more of the pairs a challenger must answer rightly, 0 to 1
 * @param labels the fewest pairs of a trial on which it is promoted
 * @param alpha the chance, for each champion, of promoting a challenger that is not better
 * @param holdLabels pairs after each decision before the next promotion
 * @param trialLabels pairs of a trial
 * @param fallbackAlpha the chance, for each champion, of returning to a version that is not better
 * @param fallbackLabels the fewest pairs of a trial on which that is done
 */
public record PromotionConfig(
    double margin,
    long labels,
    double alpha,
    long holdLabels,
    long trialLabels,
    double fallbackAlpha,
    long fallbackLabels) {

  private static final String MARGIN = "scoring.promotion.margin";
  private static final String LABELS = "scoring.promotion.labels";
  private static final String ALPHA = "scoring.promotion.alpha";
  private static final String HOLD_LABELS = "scoring.promotion.hold.labels";
  private static final String TRIAL_LABELS = "scoring.promotion.trial.labels";
  private static final String FALLBACK_ALPHA = "scoring.fallback.alpha";
  private static final String FALLBACK_LABELS = "scoring.fallback.labels";

  private static final LambdaValidator CHANCE =
      LambdaValidator.with(PromotionConfig::checkChance, () -> "above 0 and below 1");

  public PromotionConfig {
    if (trialLabels < Math.max(labels, fallbackLabels)) {
      throw new IllegalArgumentException(
          "%s must be at least %s and %s, was %d: no trial would be long enough to decide"
              .formatted(TRIAL_LABELS, LABELS, FALLBACK_LABELS, trialLabels));
    }
  }

  /** Adds the definitions, with defaults and documentation. */
  public static void define(ConfigDef definition) {
    definition
        .define(
            MARGIN,
            Type.DOUBLE,
            0.002,
            Range.between(0, 1),
            Importance.MEDIUM,
            "By how much more of the labelled records a challenger must have answered rightly than"
                + " the version that answers, to be promoted by a rule: 0.002 is 2 of 1,000.")
        .define(
            LABELS,
            Type.LONG,
            1_000,
            Range.atLeast(1),
            Importance.MEDIUM,
            "The fewest labelled records, answered by both, on which a rule promotes a challenger.")
        .define(
            ALPHA,
            Type.DOUBLE,
            0.01,
            CHANCE,
            Importance.MEDIUM,
            "The chance that the version that answers is ever replaced, by a rule, by a challenger"
                + " that is not better. It is no larger however often the rules look, as long as"
                + " the challengers stay the same and labels do not depend on the answers.")
        .define(
            HOLD_LABELS,
            Type.LONG,
            2_000,
            Range.atLeast(0),
            Importance.MEDIUM,
            "How many labelled records, answered by both, must follow a decision before a rule"
                + " promotes again. The first version of all is not held.")
        .define(
            TRIAL_LABELS,
            Type.LONG,
            100_000,
            Range.atLeast(1),
            Importance.LOW,
            "How many labelled records a challenger is tried on. Then its trial begins anew, and"
                + " requires more evidence: what a learner answered long ago says little of it"
                + " today.")
        .define(
            FALLBACK_ALPHA,
            Type.DOUBLE,
            0.05,
            CHANCE,
            Importance.MEDIUM,
            "The chance that a rule ever returns from the version that answers to the one before,"
                + " although that is not better.")
        .define(
            FALLBACK_LABELS,
            Type.LONG,
            200,
            Range.atLeast(1),
            Importance.MEDIUM,
            "The fewest labelled records, answered by both, on which a rule returns to the version"
                + " before.");
  }

  private static void checkChance(String name, Object value) {
    double chance = (Double) value;
    if (!(chance > 0 && chance < 1)) {
      throw new ConfigException(name, value, "must be above 0 and below 1");
    }
  }

  /**
   * Reads the settings.
   *
   * @throws SettingsException if one is bad
   */
  public static PromotionConfig from(Settings settings) {
    var definition = new ConfigDef();
    define(definition);
    AbstractConfig values = settings.read(definition);
    try {
      return new PromotionConfig(
          values.getDouble(MARGIN),
          values.getLong(LABELS),
          values.getDouble(ALPHA),
          values.getLong(HOLD_LABELS),
          values.getLong(TRIAL_LABELS),
          values.getDouble(FALLBACK_ALPHA),
          values.getLong(FALLBACK_LABELS));
    } catch (IllegalArgumentException e) {
      throw new SettingsException(String.valueOf(e.getMessage()));
    }
  }
}
