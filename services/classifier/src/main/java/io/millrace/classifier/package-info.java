/** The classifier's trainer: document-examples to model versions. */
@NullMarked
package io.millrace.classifier;

import org.jspecify.annotations.NullMarked;
