/**
 * The console: the web page and the HTTP gateway. Start reading at {@link
 * io.millrace.console.ConsoleService}, which puts the parts together ({@link
 * io.millrace.console.parts.ConsolePart}): a package each.
 */
@NullMarked
package io.millrace.console;

import org.jspecify.annotations.NullMarked;
