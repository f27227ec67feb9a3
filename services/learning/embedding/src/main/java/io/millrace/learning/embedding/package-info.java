/** Online Skip-Gram with negative sampling over an open, bounded vocabulary. */
@NullMarked
package io.millrace.learning.embedding;

import org.jspecify.annotations.NullMarked;
