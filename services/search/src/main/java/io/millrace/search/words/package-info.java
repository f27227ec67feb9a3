/**
 * Searching words by their vectors: nearest words, analogies, statistics, export. Start reading at
 * {@link io.millrace.search.words.WordSearch}.
 */
@NullMarked
package io.millrace.search.words;

import org.jspecify.annotations.NullMarked;
