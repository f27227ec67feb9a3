/** Exact TF-IDF over a set of documents that changes while it is weighed. */
@NullMarked
package io.millrace.learning.text;

import org.jspecify.annotations.NullMarked;
