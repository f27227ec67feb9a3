/**
 * Commands for a running or stopped text service, for the command line: {@link
 * io.millrace.text.administration.RefreshClient} has all documents reweighted, {@link
 * io.millrace.text.administration.TextReset} has them counted again.
 */
@NullMarked
package io.millrace.text.administration;

import org.jspecify.annotations.NullMarked;
