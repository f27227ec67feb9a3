/**
 * Writes the state of a Skip-Gram model at each step, and restores a model from it. Start reading
 * at {@link io.millrace.learning.embedding.checkpoint.SkipGramState}. {@link
 * io.millrace.learning.embedding.checkpoint.SkipGramChanges} has two sides: vectors to publish, and
 * parts of a checkpoint. A {@link io.millrace.learning.embedding.checkpoint.BlockLog} writes only
 * the rows of a table that changed; the classes named {@code …Rows} and {@code …Slots} are the
 * tables that it writes.
 */
@NullMarked
package io.millrace.learning.embedding.checkpoint;

import org.jspecify.annotations.NullMarked;
