package io.millrace.evaluation;

import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.Scope;
import java.time.Duration;
import java.util.Optional;

/**
 * The key of one window's sums: a model version, a scope, whether it was served or answered as a
 * challenger, and the start of the window. In texts, the scope of what challengers answered has a
 * prefix: {@code vision/7/SHADOW-PREQUENTIAL/1767225600000}. So the two are never mixed, and sums
 * of earlier builds, which judged only what was served, keep their keys.
 *
 * @param model the model's name, without a slash
 * @param isShadow whether it is the key of what a challenger answered
 * @param windowStartMillis the window's first instant, milliseconds since 1970
 */
record WindowKey(
    String model, long version, Scope scope, boolean isShadow, long windowStartMillis) {

  private static final String SHADOW = "SHADOW-";

  /** The key of the window in which the judged prediction was made. */
  static WindowKey of(Judgement judgement, Scope scope, Duration window) {
    return new WindowKey(
        judgement.getModel(),
        judgement.getVersion(),
        scope,
        isShadow(judgement),
        startMillis(judgement.getPredictedMillis(), window));
  }

  /** The first instant of the window that a time is in, milliseconds since 1970. */
  static long startMillis(long timeMillis, Duration window) {
    return Math.floorDiv(timeMillis, window.toMillis()) * window.toMillis();
  }

  private static boolean isShadow(Judgement judgement) {
    return !judgement.getChallenger().isEmpty();
  }

  /** The key of another window of the version. */
  WindowKey at(long otherStartMillis) {
    return new WindowKey(model, version, scope, isShadow, otherStartMillis);
  }

  /** Reads {@link #text}. */
  static WindowKey parse(String text) {
    String[] parts = text.split("/", -1);
    return new WindowKey(
        parts[0],
        Long.parseLong(parts[1]),
        scope(parts[2]),
        parts[2].startsWith(SHADOW),
        Long.parseLong(parts[3]));
  }

  /** The key in the store, such as {@code vision/7/PREQUENTIAL/1767225600000}. */
  String text() {
    return versionTotal() + "/" + windowStartMillis;
  }

  /** The key of the sums over all windows of the version. */
  String versionTotal() {
    return model + "/" + version + "/" + text(scope, isShadow);
  }

  /** The key of the sums over all versions of the model. */
  String modelTotal() {
    return modelTotal(model, scope, isShadow);
  }

  /** The key of the sums over all versions of a judgement's model. */
  static String modelTotal(Judgement judgement, Scope scope) {
    return modelTotal(judgement.getModel(), scope, isShadow(judgement));
  }

  /** The key of the sums over all versions of a model. */
  static String modelTotal(String model, Scope scope, boolean isShadow) {
    return model + "/" + text(scope, isShadow);
  }

  /** The scope in a {@link #modelTotal}. */
  static Scope scopeOfTotal(String modelTotal) {
    return scope(modelTotal.substring(modelTotal.lastIndexOf('/') + 1));
  }

  /** The key of the sums of the window over all versions of the model; such keys sort by time. */
  String modelWindow() {
    return modelTotal() + "/%020d".formatted(Math.max(0, windowStartMillis));
  }

  /** Whether a key is that of the sums over all versions of a model. */
  static boolean isModelTotal(String key) {
    return key.indexOf('/') == key.lastIndexOf('/');
  }

  /** The model, if the key is that of a model's prequential sums of what was served, or not. */
  static Optional<String> modelOfTotal(String key, boolean isShadow) {
    return isModelTotal(key) && key.endsWith("/" + text(Scope.PREQUENTIAL, isShadow))
        ? Optional.of(key.substring(0, key.indexOf('/')))
        : Optional.empty();
  }

  private static String text(Scope scope, boolean isShadow) {
    return isShadow ? SHADOW + scope : scope.toString();
  }

  private static Scope scope(String text) {
    return Scope.valueOf(text.startsWith(SHADOW) ? text.substring(SHADOW.length()) : text);
  }
}
