/**
 * What the parts of the console share: what a part is ({@link
 * io.millrace.console.parts.ConsolePart}) and the settings of all of them.
 */
@NullMarked
package io.millrace.console.parts;

import org.jspecify.annotations.NullMarked;
