/**
 * The demonstration's data set and the producer that sends it. Start reading at {@link
 * io.millrace.cli.demo.data.DemoData}.
 */
@NullMarked
package io.millrace.cli.demo.data;

import org.jspecify.annotations.NullMarked;
