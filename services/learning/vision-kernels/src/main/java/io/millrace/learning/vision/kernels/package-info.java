/**
 * The layers of the vision network in the Vector API, forward and back, and a predictor on them.
 * Needs no engine. Start reading at {@link io.millrace.learning.vision.kernels.KernelNetwork},
 * which has the layers of a network; for prediction alone with {@link
 * io.millrace.learning.vision.kernels.KernelPredictor}.
 *
 * <p>Images lie with their channels side by side ({@link
 * io.millrace.learning.vision.kernels.PaddedShape}), since lanes run over channels. The classes
 * named {@code …Kernel} do the arithmetic in registers; they know nothing of the network.
 *
 * <p>The order of every sum is fixed. Lanes run over channels, never over the terms of a sum, so
 * the number of lanes does not change a result. {@link
 * io.millrace.learning.vision.kernels.DenseKernel} is the exception: its lanes are terms of a sum,
 * added in their order, so its results depend on the number of lanes, which the manifest states.
 */
@NullMarked
package io.millrace.learning.vision.kernels;

import org.jspecify.annotations.NullMarked;
