/** The text service: documents to document-vectors. */
@NullMarked
package io.millrace.text;

import org.jspecify.annotations.NullMarked;
