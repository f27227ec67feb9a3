/**
 * Searching documents: by their TF-IDF vectors, and by embeddings made of them. Start reading at
 * {@link io.millrace.search.documents.DocumentSearch}.
 */
@NullMarked
package io.millrace.search.documents;

import org.jspecify.annotations.NullMarked;
