/**
 * A small network that classifies sparse vectors over an open vocabulary and learns one batch at a
 * time. Start reading at {@link io.millrace.learning.classifier.OnlineClassifier}, which learns, or
 * {@link io.millrace.learning.classifier.ClassifierPredictor}, which predicts from a model file.
 *
 * <p>A model file is safetensors with the names and layouts of PyTorch's {@code nn.Linear}: {@code
 * fc1.weight} hidden × vocabulary, {@code fc1.bias} hidden, {@code fc2.weight} classes × hidden,
 * {@code fc2.bias} classes, all F32, and nothing else, so that {@code load_state_dict} loads it as
 * it is. The metadata has {@code vocabulary}, the terms in the order of the columns, and {@code
 * classes}, each a list with a line feed between its entries; no entry is empty or holds a control
 * character.
 */
@NullMarked
package io.millrace.learning.classifier;

import org.jspecify.annotations.NullMarked;
