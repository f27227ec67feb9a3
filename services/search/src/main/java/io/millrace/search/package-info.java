/** The search service: an index of the document vectors, and answers from it. */
@NullMarked
package io.millrace.search;

import org.jspecify.annotations.NullMarked;
