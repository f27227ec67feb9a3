/**
 * What every engine's networks share: how a batch is cut and its gradients are added, how weights
 * follow them, where tensors stand, which classes there are. An engine brings a {@link
 * io.millrace.learning.vision.network.Network}, which passes images forward and back, and no more;
 * so engines that compute alike learn alike.
 */
@NullMarked
package io.millrace.learning.vision.network;

import org.jspecify.annotations.NullMarked;
