/** The evaluation service: predictions and labels to accuracy per version. */
@NullMarked
package io.millrace.evaluation;

import org.jspecify.annotations.NullMarked;
