package io.millrace.text.codecs;

import io.millrace.learning.text.frequencies.TermBag;
import io.millrace.schemas.avro.Source;
import org.jspecify.annotations.Nullable;

/**
 * A document with its terms counted, not yet weighed; or its deletion. What an Avro {@code
 * CountedDocument} says, with the terms looked up.
 *
 * @param terms its terms; none if it is deleted
 * @param label the label given with it, if any
 * @param source the document's place in its topic
 * @param time the record's time, milliseconds since 1970; never earlier than that of the record of
 *     the same partition that it replaced
 * @param deleted whether the record deletes the document
 */
public record DocumentRevision(
    TermBag terms, @Nullable String label, Source source, long time, boolean deleted) {

  /** The same at another time. */
  public DocumentRevision at(long other) {
    return new DocumentRevision(terms, label, source, other, deleted);
  }
}
