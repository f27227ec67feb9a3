/** Benchmarks of all services together. */
@NullMarked
package io.millrace.tests.benchmarks.whole;

import org.jspecify.annotations.NullMarked;
