/**
 * The layers of the vision network in the Vector API, forward and back, and a predictor on them.
 * Needs no engine. Start with {@link io.millrace.learning.vision.kernels.NetworkKernels}, which has
 * the layers of a network; for prediction alone with {@link
 * io.millrace.learning.vision.kernels.KernelPredictor}.
 *
 * <p>Images lie with their channels side by side ({@link
 * io.millrace.learning.vision.kernels.PaddedShape}), since lanes run over channels. The arithmetic
 * is in the classes named kernel: they multiply and sum up in registers, and know no network.
 *
 * <p>Every sum has one order, whatever the number of lanes: lanes run over channels, never over the
 * terms of a sum, but for {@link io.millrace.learning.vision.kernels.DenseKernel}, whose lanes are
 * added in their order. So a result depends on the numbers that went in, and there on the number of
 * lanes, which the manifest states.
 */
@NullMarked
package io.millrace.learning.vision.kernels;

import org.jspecify.annotations.NullMarked;
