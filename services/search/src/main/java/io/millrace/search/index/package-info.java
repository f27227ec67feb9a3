/**
 * The Lucene index of document vectors: what is written to it, and the exact search by cosine.
 * Start reading at {@link io.millrace.search.index.VectorIndex}, then {@link
 * io.millrace.search.index.SimilarityQuery}.
 */
@NullMarked
package io.millrace.search.index;

import org.jspecify.annotations.NullMarked;
