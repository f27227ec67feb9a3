/** The vision model as a Deeplearning4j graph, with oneDNN. */
@NullMarked
package io.millrace.learning.vision.dl4j;

import org.jspecify.annotations.NullMarked;
