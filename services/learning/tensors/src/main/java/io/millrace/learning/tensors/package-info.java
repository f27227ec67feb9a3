/**
 * Named tensors, and safetensors, the file format of every model and of every trainer's dense
 * state. PyTorch reads it, and unlike a pickle or a serialized object it can hold nothing but
 * numbers and texts. Start reading at {@link io.millrace.learning.tensors.SafeTensors}.
 */
@NullMarked
package io.millrace.learning.tensors;

import org.jspecify.annotations.NullMarked;
