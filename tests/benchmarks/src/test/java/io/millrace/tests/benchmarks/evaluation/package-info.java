/** How many predictions a second the evaluation judges by late labels. */
@NullMarked
package io.millrace.tests.benchmarks.evaluation;

import org.jspecify.annotations.NullMarked;
