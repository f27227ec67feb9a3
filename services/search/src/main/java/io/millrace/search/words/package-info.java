/** Word vectors as they are published, and what can be asked of them. */
@NullMarked
package io.millrace.search.words;

import org.jspecify.annotations.NullMarked;
