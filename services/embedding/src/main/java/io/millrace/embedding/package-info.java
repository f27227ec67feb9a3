/**
 * The embedding's trainer, {@code documents} to {@code word-vectors}, and the reader of what it
 * publishes.
 */
@NullMarked
package io.millrace.embedding;

import org.jspecify.annotations.NullMarked;
