/**
 * The tables of vectors, one row a word: {@link
 * io.millrace.learning.embedding.table.EmbeddingTable} holds the numbers, the AdaGrad accumulator
 * of each row, and {@link io.millrace.learning.embedding.table.ChangedRows which rows changed}.
 * Start reading at {@link io.millrace.learning.embedding.table.EmbeddingTable}.
 */
@NullMarked
package io.millrace.learning.embedding.table;

import org.jspecify.annotations.NullMarked;
