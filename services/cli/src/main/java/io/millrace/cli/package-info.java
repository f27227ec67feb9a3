/**
 * The program {@code millrace}: its entry point and the command tree.
 *
 * <p>Start reading at {@link io.millrace.cli.Main}, which runs a command line, and {@link
 * io.millrace.cli.MillraceCommand}, which lists the commands. Each group of commands has a package
 * of its own; nothing depends on this one.
 */
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
