package io.millrace.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.SortedMap;
import org.apache.avro.SchemaNormalization;

/**
 * The fingerprint of an analysis in the blocks of {@code document-frequencies}: it tells by which
 * analysis their terms were counted.
 */
public final class AnalysisFingerprint {

  /** The fingerprint in blocks of older builds, which do not state their analysis. */
  public static final long UNKNOWN = 0;

  private AnalysisFingerprint() {}

  /**
   * The fingerprint of an analysis.
   *
   * @param description everything that the counts depend on, by setting
   */
  public static long of(SortedMap<String, String> description) {
    return SchemaNormalization.fingerprint64(description.toString().getBytes(UTF_8));
  }
}
