/**
 * Benchmarks of the scoring service. Start with {@link
 * io.millrace.tests.benchmarks.scoring.ScoringBenchmark}.
 */
@NullMarked
package io.millrace.tests.benchmarks.scoring;

import org.jspecify.annotations.NullMarked;
