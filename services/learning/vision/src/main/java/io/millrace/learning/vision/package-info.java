/** The vision model: one contract, several engines. */
@NullMarked
package io.millrace.learning.vision;

import org.jspecify.annotations.NullMarked;
