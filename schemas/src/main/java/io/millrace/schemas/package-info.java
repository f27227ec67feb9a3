/**
 * The records on topics. Start at {@link io.millrace.schemas.InputDecoder} for what producers send,
 * in any form; at {@link io.millrace.schemas.AvroCodec} for what Millrace sends; {@link
 * io.millrace.schemas.Schemas} lists all Avro schemas, and {@link io.millrace.schemas.Subject}
 * names what a record is about.
 */
@NullMarked
package io.millrace.schemas;

import org.jspecify.annotations.NullMarked;
