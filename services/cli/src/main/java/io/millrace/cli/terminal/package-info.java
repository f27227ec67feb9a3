/**
 * What a command does with its terminal and its files: tables, progress on one line, signals, and
 * files that are written completely or not at all. Start reading at {@link
 * io.millrace.cli.terminal.TextTable}.
 */
@NullMarked
package io.millrace.cli.terminal;

import org.jspecify.annotations.NullMarked;
