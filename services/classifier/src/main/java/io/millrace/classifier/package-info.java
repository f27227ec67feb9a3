/** The classifier's trainer, {@code document-examples} to versions on {@code models}. */
@NullMarked
package io.millrace.classifier;

import org.jspecify.annotations.NullMarked;
