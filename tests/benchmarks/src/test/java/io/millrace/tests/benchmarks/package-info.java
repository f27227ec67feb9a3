/** Measurements against peers on the same machine in the same run; started by name. */
@NullMarked
package io.millrace.tests.benchmarks;

import org.jspecify.annotations.NullMarked;
