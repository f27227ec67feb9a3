/**
 * Formats of published data sets, read for {@code send}, the demonstration and the benchmarks.
 * Start reading at {@link io.millrace.cli.dataset.LabelledImages}.
 */
@NullMarked
package io.millrace.cli.dataset;

import org.jspecify.annotations.NullMarked;
