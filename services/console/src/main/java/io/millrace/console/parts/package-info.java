/**
 * What the parts of the console share: what a part is ({@link
 * io.millrace.console.parts.ConsolePart}) and the settings of all of them. Start reading at {@link
 * io.millrace.console.parts.ConsolePart}.
 */
@NullMarked
package io.millrace.console.parts;

import org.jspecify.annotations.NullMarked;
