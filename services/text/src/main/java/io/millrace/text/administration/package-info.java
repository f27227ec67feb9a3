/**
 * Commands for a running or stopped text service, for the command line: {@link
 * io.millrace.text.administration.RefreshClient} asks the service to reweight all documents, {@link
 * io.millrace.text.administration.TextReset} makes it count them again. Start reading at {@link
 * io.millrace.text.administration.RefreshClient}.
 */
@NullMarked
package io.millrace.text.administration;

import org.jspecify.annotations.NullMarked;
