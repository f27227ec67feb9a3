/** {@code millrace watch}: shows the records of a topic as JSON lines. */
@NullMarked
package io.millrace.cli.watch;

import org.jspecify.annotations.NullMarked;
