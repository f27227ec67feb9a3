package io.millrace.runtime.batch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How often the answers to a record are seen. */
public enum ProcessingGuarantee {
  /** Answers and offsets are committed in one transaction: each answer is seen once. */
  EXACTLY_ONCE,
  /**
   * Offsets are committed after the brokers have acknowledged the answers: none is lost, and after
   * a crash the records since the last commit are answered again.
   */
  AT_LEAST_ONCE;

  /** The value of the setting: {@code exactly_once}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The guarantee of a setting's value. */
  static ProcessingGuarantee of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** The values that the setting accepts. */
  static List<String> texts() {
    return Arrays.stream(values()).map(ProcessingGuarantee::text).toList();
  }
}
