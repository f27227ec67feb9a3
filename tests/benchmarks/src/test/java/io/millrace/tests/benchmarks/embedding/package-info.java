/**
 * Benchmarks of the word vectors: the service, the learner alone, its kernel, and readers. Start
 * with {@link io.millrace.tests.benchmarks.embedding.SkipGramBenchmark}.
 */
@NullMarked
package io.millrace.tests.benchmarks.embedding;

import org.jspecify.annotations.NullMarked;
