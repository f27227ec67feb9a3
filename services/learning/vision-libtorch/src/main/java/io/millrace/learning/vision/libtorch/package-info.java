/**
 * The engine on LibTorch, PyTorch's C++ library, on the processor or a graphics card. Start reading
 * at {@link io.millrace.learning.vision.libtorch.LibTorchNetwork}.
 */
@NullMarked
package io.millrace.learning.vision.libtorch;

import org.jspecify.annotations.NullMarked;
