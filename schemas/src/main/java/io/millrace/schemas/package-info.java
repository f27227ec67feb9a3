/**
 * The records on topics. Start reading at {@link io.millrace.schemas.AvroCodec} for what Millrace
 * sends; {@link io.millrace.schemas.Schemas} lists all Avro schemas, and {@link
 * io.millrace.schemas.Subject} names what a record is about. What producers send is in the package
 * {@code input}.
 */
@NullMarked
package io.millrace.schemas;

import org.jspecify.annotations.NullMarked;
