/**
 * What a network is: its layers and tensors ({@link
 * io.millrace.learning.vision.model.Architecture}), how it is configured ({@link
 * io.millrace.learning.vision.model.NetworkConfig}), its first weights, and files of weights that
 * PyTorch has written. Computes nothing. Start reading at {@link
 * io.millrace.learning.vision.model.Architecture}.
 */
@NullMarked
package io.millrace.learning.vision.model;

import org.jspecify.annotations.NullMarked;
