package io.millrace.vision;

import java.util.Optional;

/**
 * An image to learn from.
 *
 * @param pixels {@code float[channels, height, width]} of the network's shape, in [0, 1]; handed
 *     over, not copied
 * @param label none teaches the decoder alone
 */
record DecodedExample(float[] pixels, Optional<String> label) {}
