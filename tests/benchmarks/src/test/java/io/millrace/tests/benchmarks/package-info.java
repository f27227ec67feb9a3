/**
 * Benchmarks against peers on the same machine in the same run, and long runs: kills, drift,
 * memory, endless streams. None runs by itself: each is started by its name, as its javadoc says,
 * and {@code docs/benchmarks.md} has the figures. This package has what they share; the benchmarks
 * are in the packages {@code text}, {@code embedding}, {@code vision}, {@code scoring}, {@code
 * drift} and {@code whole}.
 */
@NullMarked
package io.millrace.tests.benchmarks;

import org.jspecify.annotations.NullMarked;
