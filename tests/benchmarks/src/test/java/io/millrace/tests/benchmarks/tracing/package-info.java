/** What traces cost, without a collector and with one. */
@NullMarked
package io.millrace.tests.benchmarks.tracing;

import org.jspecify.annotations.NullMarked;
