/**
 * The arithmetic of the vision network's convolutions in the Vector API: each of its layers forward
 * and back, over images whose channels lie side by side. Knows no Deeplearning4j.
 *
 * <p>Every sum has one order, whatever the number of lanes: lanes run over channels, never over the
 * terms of a sum. So a result depends on no more than the numbers that went in.
 */
@NullMarked
package io.millrace.learning.vision.simd;

import org.jspecify.annotations.NullMarked;
