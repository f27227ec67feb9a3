/**
 * What a network is: its layers and tensors ({@link
 * io.millrace.learning.vision.model.Architecture}, start here), how it is configured ({@link
 * io.millrace.learning.vision.model.NetworkConfig}), its first weights, and files of weights that
 * PyTorch has written. Computes nothing.
 */
@NullMarked
package io.millrace.learning.vision.model;

import org.jspecify.annotations.NullMarked;
