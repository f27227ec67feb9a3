/** The embedding service: documents to word-vectors. */
@NullMarked
package io.millrace.embedding;

import org.jspecify.annotations.NullMarked;
