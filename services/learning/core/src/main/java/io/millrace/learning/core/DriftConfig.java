package io.millrace.learning.core;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * When a learner's stream has drifted, and what follows.
 *
 * @param detector what decides
 * @param threshold the excess that is a drift for {@link Detector#PAGE_HINKLEY}, in standard
 *     deviations of an error; 0 looks for no drift, with either detector
 * @param delta the chance of a false alarm at a check of {@link Detector#ADWIN}, in (0, 1)
 * @param action what follows
 * @param rate what the learning rate is multiplied by after a drift
 * @param examples labelled examples to come to which that applies; another alarm during them
 *     belongs to the same drift
 */
public record DriftConfig(
    Detector detector, double threshold, double delta, Action action, double rate, int examples) {

  public static final double DEFAULT_THRESHOLD = 50;
  public static final double DEFAULT_DELTA = 1e-6;
  public static final double DEFAULT_RATE = 2;
  public static final int DEFAULT_EXAMPLES = 2_000;

  /** The tests that can decide. */
  public enum Detector {
    /** {@link PageHinkley}. */
    PAGE_HINKLEY,
    /** {@link Adwin}. */
    ADWIN;

    /** Its name in settings. */
    public String text() {
      return DriftConfig.text(this);
    }

    /** The one of a name in settings. */
    public static Detector named(String text) {
      return valueOf(constant(text));
    }

    /** All names. */
    public static List<String> names() {
      return Arrays.stream(values()).map(Detector::text).toList();
    }
  }

  /** What can follow. */
  public enum Action {
    /** The drift is counted. */
    REPORT,
    /** The learning rate is raised for a while too. */
    RAISE_LEARNING_RATE,
    /** The learner begins anew, from new weights and without what it kept of the old stream. */
    BEGIN_ANEW;

    /** Its name in settings. */
    public String text() {
      return DriftConfig.text(this);
    }

    /** The one of a name in settings. */
    public static Action named(String text) {
      return valueOf(constant(text));
    }

    /** All names. */
    public static List<String> names() {
      return Arrays.stream(values()).map(Action::text).toList();
    }
  }

  /**
   * The same, with the default of each figure that does not change the model: all where a drift is
   * only reported. For the settings that are compared with a checkpoint's.
   */
  public DriftConfig ofModel() {
    return switch (action) {
      case REPORT ->
          new DriftConfig(
              Detector.PAGE_HINKLEY,
              DEFAULT_THRESHOLD,
              DEFAULT_DELTA,
              action,
              DEFAULT_RATE,
              DEFAULT_EXAMPLES);
      case RAISE_LEARNING_RATE -> this;
      case BEGIN_ANEW ->
          new DriftConfig(detector, threshold, delta, action, DEFAULT_RATE, examples);
    };
  }

  private static String text(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String constant(String text) {
    return text.toUpperCase(Locale.ROOT).replace('-', '_');
  }
}
