/** The embedding's trainer, {@code documents} to {@code word-vectors}. */
@NullMarked
package io.millrace.embedding;

import org.jspecify.annotations.NullMarked;
