/** Formats of published data sets, read for {@code send}, the demonstration and the benchmarks. */
@NullMarked
package io.millrace.cli.dataset;

import org.jspecify.annotations.NullMarked;
