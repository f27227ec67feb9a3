/**
 * What the text service measures ({@link io.millrace.text.metrics.TextStats}) and publishes ({@link
 * io.millrace.text.metrics.TextMetrics}).
 */
@NullMarked
package io.millrace.text.metrics;

import org.jspecify.annotations.NullMarked;
