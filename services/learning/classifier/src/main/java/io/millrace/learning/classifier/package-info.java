/** A small network for sparse vectors, learned one mini-batch at a time. */
@NullMarked
package io.millrace.learning.classifier;

import org.jspecify.annotations.NullMarked;
