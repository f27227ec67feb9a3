/**
 * Exports spans; {@link io.millrace.runtime.records.Traces} makes them. Start reading at {@link
 * io.millrace.runtime.tracing.OtlpTraces}.
 */
@NullMarked
package io.millrace.runtime.tracing;

import org.jspecify.annotations.NullMarked;
