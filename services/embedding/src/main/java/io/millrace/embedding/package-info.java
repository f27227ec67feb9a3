/**
 * The service that learns word vectors: {@code documents -> word-vectors}. Start reading at {@link
 * io.millrace.embedding.EmbeddingService}, which ties the trainer's loop of {@code
 * io.millrace.runtime.training} to {@code EmbeddingTrainer}; the learner itself is {@code
 * io.millrace.learning.embedding}. {@code EmbeddingConfig} has the settings.
 */
@NullMarked
package io.millrace.embedding;

import org.jspecify.annotations.NullMarked;
