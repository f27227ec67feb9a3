/** The vision model in LibTorch, PyTorch's C++ library, on the processor or a graphics card. */
@NullMarked
package io.millrace.learning.vision.libtorch;

import org.jspecify.annotations.NullMarked;
