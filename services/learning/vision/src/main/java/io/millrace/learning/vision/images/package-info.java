/**
 * Images on their way into a network and out of it. Start reading at {@link
 * io.millrace.learning.vision.images.ImageDecoder}, where image files are decoded; its result, a
 * {@link io.millrace.learning.vision.images.DecodedImage}, is resized to a network's input by
 * {@link io.millrace.learning.vision.images.Resampling}. {@link
 * io.millrace.learning.vision.images.PngEncoder} encodes a network's output.
 */
@NullMarked
package io.millrace.learning.vision.images;

import org.jspecify.annotations.NullMarked;
