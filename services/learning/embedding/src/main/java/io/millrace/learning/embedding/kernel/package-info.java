/**
 * The inner loops of learning: they read and update rows of the embedding tables in place. Start
 * reading at {@link io.millrace.learning.embedding.kernel.Kernel}, which fixes the operations and
 * the order of every sum. Its SIMD implementation and its plain Java one give the same bits. A
 * {@link io.millrace.learning.embedding.kernel.RowSelection} names the rows that an operation works
 * on.
 */
@NullMarked
package io.millrace.learning.embedding.kernel;

import org.jspecify.annotations.NullMarked;
