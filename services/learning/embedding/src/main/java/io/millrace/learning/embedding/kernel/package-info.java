/**
 * The arithmetic that learning spends its time in, on rows where they lie in the tables. Start with
 * {@link io.millrace.learning.embedding.kernel.Kernel}: the order of every sum, and the operations;
 * it has one implementation in SIMD and one in plain Java, which give the same bits. A {@link
 * io.millrace.learning.embedding.kernel.RowSelection} names the rows that an operation works on.
 */
@NullMarked
package io.millrace.learning.embedding.kernel;

import org.jspecify.annotations.NullMarked;
