/**
 * The default engine: the vision network as a graph of Deeplearning4j. Start with {@link
 * io.millrace.learning.vision.dl4j.Dl4jNetwork}. If the Vector API is available, the layers of the
 * graph are {@link io.millrace.learning.vision.dl4j.KernelLayer}s, computed by {@code
 * vision-kernels}; otherwise they are Deeplearning4j's own ({@link
 * io.millrace.learning.vision.dl4j.GraphConfigurations}).
 */
@NullMarked
package io.millrace.learning.vision.dl4j;

import org.jspecify.annotations.NullMarked;
