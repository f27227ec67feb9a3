/**
 * The records of the text service and their encodings, field by field for speed: Avro {@code
 * CountedDocument}, {@code DocumentFrequencies} and {@code DocumentVector}. Start reading at {@link
 * io.millrace.text.records.DocumentRevision}.
 */
@NullMarked
package io.millrace.text.records;

import org.jspecify.annotations.NullMarked;
