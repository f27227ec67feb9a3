/**
 * The vision service: trains the network, {@code image-examples -> models}. Start reading at {@link
 * io.millrace.vision.VisionTrainer}; the loop that feeds it is in {@code
 * io.millrace.runtime.training}, the network in {@code io.millrace.learning.vision}.
 */
@NullMarked
package io.millrace.vision;

import org.jspecify.annotations.NullMarked;
