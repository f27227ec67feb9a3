/**
 * A small network for sparse vectors over an open vocabulary, learned one mini-batch at a time.
 *
 * <p>A model file is safetensors with the names and layouts of PyTorch's {@code nn.Linear}: {@code
 * fc1.weight} hidden × vocabulary, {@code fc1.bias} hidden, {@code fc2.weight} classes × hidden,
 * {@code fc2.bias} classes, all F32, and nothing else, so that {@code load_state_dict} takes it as
 * it is. The metadata hold {@code vocabulary}, the terms in the order of the columns, and {@code
 * classes}, each a list with a line feed between its entries; no entry is empty or holds a control
 * character.
 */
@NullMarked
package io.millrace.learning.classifier;

import org.jspecify.annotations.NullMarked;
