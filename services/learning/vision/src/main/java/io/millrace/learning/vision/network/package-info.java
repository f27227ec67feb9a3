/**
 * Training and prediction as all engines share them: how a batch is split and gradients are added,
 * how the optimizer updates the parameters, which classes there are. Start reading at {@link
 * io.millrace.learning.vision.network.NetworkModel}, whose javadoc lists the steps of an update. An
 * engine extends {@link io.millrace.learning.vision.network.NetworkEngine} and provides a {@link
 * io.millrace.learning.vision.network.Network}, which only runs the forward and the backward pass.
 * Two engines with the same arithmetic therefore learn the same model.
 */
@NullMarked
package io.millrace.learning.vision.network;

import org.jspecify.annotations.NullMarked;
