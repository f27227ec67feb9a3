/**
 * The default engine. Start reading at {@link io.millrace.learning.vision.dl4j.Dl4jEngine}. If the
 * Vector API is available, {@code vision-kernels} computes the network; otherwise Deeplearning4j
 * does, as a graph with oneDNN ({@link io.millrace.learning.vision.dl4j.Dl4jNetwork}), which the
 * tests compare the kernels with.
 */
@NullMarked
package io.millrace.learning.vision.dl4j;

import org.jspecify.annotations.NullMarked;
