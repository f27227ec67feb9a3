/**
 * What the text service measures ({@link io.millrace.text.metrics.TextStats}) and publishes ({@link
 * io.millrace.text.metrics.TextMetrics}). Start reading at {@link
 * io.millrace.text.metrics.TextStats}.
 */
@NullMarked
package io.millrace.text.metrics;

import org.jspecify.annotations.NullMarked;
