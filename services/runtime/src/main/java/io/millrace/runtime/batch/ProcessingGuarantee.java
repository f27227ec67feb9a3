package io.millrace.runtime.batch;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What a loop promises of the answers to a record. */
public enum ProcessingGuarantee {
  /** They are committed with the offsets, in one transaction: there is one of each. */
  EXACTLY_ONCE,
  /**
   * The offsets are committed after the brokers have acknowledged the answers: none is lost, and
   * what was answered after the last commit is answered again when an instance dies.
   */
  AT_LEAST_ONCE;

  /** As it stands in settings: {@code exactly_once}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The one of that text. */
  static ProcessingGuarantee of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  /** The texts of all. */
  static List<String> texts() {
    return Arrays.stream(values()).map(ProcessingGuarantee::text).toList();
  }
}
