/**
 * Recognises what other programs send in place of text: files of other formats, objects that a
 * language printed, placeholders. Needs nothing of the rest of the inputs. Start reading at {@link
 * io.millrace.schemas.input.foreign.PrintedObject}.
 */
@NullMarked
package io.millrace.schemas.input.foreign;

import org.jspecify.annotations.NullMarked;
