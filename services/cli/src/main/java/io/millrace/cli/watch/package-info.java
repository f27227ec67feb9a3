/**
 * {@code millrace watch}: shows the records of a topic as JSON lines. Start reading at {@link
 * io.millrace.cli.watch.WatchCommand}.
 */
@NullMarked
package io.millrace.cli.watch;

import org.jspecify.annotations.NullMarked;
