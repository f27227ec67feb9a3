/** Exports spans; {@link io.millrace.runtime.records.Traces} makes them. */
@NullMarked
package io.millrace.runtime.tracing;

import org.jspecify.annotations.NullMarked;
