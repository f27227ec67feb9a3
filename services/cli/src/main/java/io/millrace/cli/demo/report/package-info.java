/**
 * Summarizes the demonstration: {@code summary.json}, the text on the terminal, the charts. Start
 * reading at {@link io.millrace.cli.demo.report.DemoReport}.
 */
@NullMarked
package io.millrace.cli.demo.report;

import org.jspecify.annotations.NullMarked;
