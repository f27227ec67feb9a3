/**
 * Exact search for the nearest vectors by cosine. Start reading at {@link
 * io.millrace.learning.embedding.neighbours.ExactVectorIndex}. Words and documents are searched by
 * it, in the search service as in the learner.
 */
@NullMarked
package io.millrace.learning.embedding.neighbours;

import org.jspecify.annotations.NullMarked;
