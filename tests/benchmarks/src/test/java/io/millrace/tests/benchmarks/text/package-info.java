/**
 * Benchmarks of the text service and of what learns from its vectors, the classifier. Start with
 * {@link io.millrace.tests.benchmarks.text.TextBenchmark}.
 */
@NullMarked
package io.millrace.tests.benchmarks.text;

import org.jspecify.annotations.NullMarked;
