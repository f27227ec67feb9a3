/** The scoring service: every image and document vector to a prediction. */
@NullMarked
package io.millrace.scoring;

import org.jspecify.annotations.NullMarked;
