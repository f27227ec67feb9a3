/**
 * The service that learns the class of documents: {@code document-examples -> models}. Start
 * reading at {@link io.millrace.classifier.ClassifierService}, which ties the trainer's loop of
 * {@code io.millrace.runtime.training} to {@code ClassifierTrainer}; the learner itself is {@code
 * io.millrace.learning.classifier}. {@code ClassifierConfig} has the settings.
 */
@NullMarked
package io.millrace.classifier;

import org.jspecify.annotations.NullMarked;
