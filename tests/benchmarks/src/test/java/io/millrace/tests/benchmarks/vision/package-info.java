/**
 * Benchmarks of the vision service. Start with {@link
 * io.millrace.tests.benchmarks.vision.VisionBenchmark}.
 */
@NullMarked
package io.millrace.tests.benchmarks.vision;

import org.jspecify.annotations.NullMarked;
