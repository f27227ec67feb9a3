/**
 * The search service: keeps an index of {@code document-vectors} and the {@code word-vectors} in
 * memory, and answers over HTTP. Start reading at {@link io.millrace.search.SearchService}; {@link
 * io.millrace.search.SearchLoop} is what its thread does. {@link io.millrace.search.LocalIndex} is
 * the index of the command line.
 */
@NullMarked
package io.millrace.search;

import org.jspecify.annotations.NullMarked;
