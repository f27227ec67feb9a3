/**
 * The records of the text service and their encodings, field by field for speed: Avro {@code
 * CountedDocument}, {@code DocumentFrequencies} and {@code DocumentVector}. Begin with {@link
 * io.millrace.text.records.DocumentRevision}.
 */
@NullMarked
package io.millrace.text.records;

import org.jspecify.annotations.NullMarked;
