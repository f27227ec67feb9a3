package io.millrace.evaluation;

import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.Scope;
import java.time.Duration;
import java.util.Optional;

/**
 * The key of one window's sums: a model version, a scope and the start of the window.
 *
 * @param model the model's name, without a slash
 * @param windowStartMillis the window's first instant, milliseconds since 1970
 */
record WindowKey(String model, long version, Scope scope, long windowStartMillis) {

  /** The key of the window in which the judged prediction was made. */
  static WindowKey of(Judgement judgement, Scope scope, Duration window) {
    long length = window.toMillis();
    return new WindowKey(
        judgement.getModel(),
        judgement.getVersion(),
        scope,
        Math.floorDiv(judgement.getPredictedMillis(), length) * length);
  }

  /** The key of another window of the version. */
  WindowKey at(long otherStartMillis) {
    return new WindowKey(model, version, scope, otherStartMillis);
  }

  /** Reads {@link #text}. */
  static WindowKey parse(String text) {
    String[] parts = text.split("/", -1);
    return new WindowKey(
        parts[0], Long.parseLong(parts[1]), Scope.valueOf(parts[2]), Long.parseLong(parts[3]));
  }

  /** The key in the store, such as {@code vision/7/PREQUENTIAL/1767225600000}. */
  String text() {
    return versionTotal() + "/" + windowStartMillis;
  }

  /** The key of the sums over all windows of the version. */
  String versionTotal() {
    return model + "/" + version + "/" + scope;
  }

  /** The key of the sums over all versions of the model. */
  String modelTotal() {
    return modelTotal(model, scope);
  }

  /** The key of the sums over all versions of a model. */
  static String modelTotal(String model, Scope scope) {
    return model + "/" + scope;
  }

  /** The scope in a {@link #modelTotal}. */
  static Scope scopeOfTotal(String modelTotal) {
    return Scope.valueOf(modelTotal.substring(modelTotal.lastIndexOf('/') + 1));
  }

  /** The key of the sums of the window over all versions of the model; such keys sort by time. */
  String modelWindow() {
    return modelTotal() + "/%020d".formatted(Math.max(0, windowStartMillis));
  }

  /** Whether a key is that of the sums over all versions of a model. */
  static boolean isModelTotal(String key) {
    return key.indexOf('/') == key.lastIndexOf('/');
  }

  /** The model, if the key is that of a model's prequential sums. */
  static Optional<String> modelOfTotal(String key) {
    return isModelTotal(key) && key.endsWith("/" + Scope.PREQUENTIAL)
        ? Optional.of(key.substring(0, key.indexOf('/')))
        : Optional.empty();
  }
}
