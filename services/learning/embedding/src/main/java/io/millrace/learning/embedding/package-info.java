/**
 * Word vectors from a stream that is read once: Skip-Gram and CBOW with negative sampling over an
 * open, bounded vocabulary. Start reading at {@link io.millrace.learning.embedding.SkipGram}, its
 * {@link io.millrace.learning.embedding.SkipGramConfig configuration}, and {@code
 * docs/design-embedding.md}.
 *
 * <p>This package has the learning itself, from documents to updates of rows: {@code ChunkLearner}
 * counts words and shares runs of words among threads, {@code WindowLearner} moves the rows of one
 * run. Below it, each without knowledge of this package: {@code vocabulary} (words and counts),
 * {@code table} (vectors and their AdaGrad accumulators), {@code kernel} (the arithmetic), {@code
 * checkpoint} (publishing and restoring) and {@code neighbours} (nearest vectors).
 */
@NullMarked
package io.millrace.learning.embedding;

import org.jspecify.annotations.NullMarked;
