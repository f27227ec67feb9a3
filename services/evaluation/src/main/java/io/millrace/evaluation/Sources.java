package io.millrace.evaluation;

import io.millrace.schemas.avro.Source;

/** Sources as text, for keys. */
final class Sources {

  private Sources() {}

  /** {@code TOPIC-PARTITION-OFFSET}. */
  static String text(Source source) {
    return source.getTopic() + "-" + source.getPartition() + "-" + source.getOffset();
  }
}
