/**
 * {@code millrace up}: services in this process, with an embedded broker or an external one. Start
 * reading at {@link io.millrace.cli.up.AllInOne}, which the demonstration runs too.
 */
@NullMarked
package io.millrace.cli.up;

import org.jspecify.annotations.NullMarked;
