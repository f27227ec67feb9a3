/** Drift detectors beside MOA's on the same streams. */
@NullMarked
package io.millrace.tests.benchmarks.drift;

import org.jspecify.annotations.NullMarked;
