/**
 * The vision network, trained and used through one contract that several engines implement. Start
 * reading at {@link io.millrace.learning.vision.VisionModel}, a network that learns, and {@link
 * io.millrace.learning.vision.VisionEngine}, which creates it; {@link
 * io.millrace.learning.vision.VisionPredictor} is a network that only predicts.
 *
 * <p>{@code model} says what a network is, {@code network} trains it, {@code images} decodes what
 * goes in and encodes what comes out. Knows no Kafka.
 */
@NullMarked
package io.millrace.learning.vision;

import org.jspecify.annotations.NullMarked;
