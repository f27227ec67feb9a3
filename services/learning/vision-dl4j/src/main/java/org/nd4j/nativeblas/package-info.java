/** A class that Deeplearning4j looks for here, and without which it does not use oneDNN. */
@NullMarked
package org.nd4j.nativeblas;

import org.jspecify.annotations.NullMarked;
