package io.millrace.vision;

import java.util.Optional;

/**
 * An example, its image decoded and resized for the network.
 *
 * @param pixels {@code float[channels, height, width]} of the network's shape, in [0, 1]; not
 *     copied
 * @param label an image without one trains the decoder alone
 */
record DecodedExample(float[] pixels, Optional<String> label) {}
