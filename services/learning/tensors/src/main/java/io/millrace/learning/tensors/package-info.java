/**
 * Named tensors and the file format in which every model and every trainer's dense state is kept:
 * safetensors, which PyTorch reads and which, unlike a pickle or a serialized object, can hold
 * nothing but numbers.
 */
@NullMarked
package io.millrace.learning.tensors;

import org.jspecify.annotations.NullMarked;
