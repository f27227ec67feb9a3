/**
 * The records that travel on topics: Avro schemas, and how every input is told apart and decoded.
 */
@NullMarked
package io.millrace.schemas;

import org.jspecify.annotations.NullMarked;
