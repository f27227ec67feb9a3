package io.millrace.schemas;

import io.millrace.schemas.avro.Source;

/** Coordinates of records as text, for keys and ids. */
public final class Sources {

  private Sources() {}

  /** {@code TOPIC-PARTITION-OFFSET}. */
  public static String text(Source source) {
    return source.getTopic() + "-" + source.getPartition() + "-" + source.getOffset();
  }
}
