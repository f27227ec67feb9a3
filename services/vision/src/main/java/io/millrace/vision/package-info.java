/** The vision trainer: image-examples to model versions. */
@NullMarked
package io.millrace.vision;

import org.jspecify.annotations.NullMarked;
