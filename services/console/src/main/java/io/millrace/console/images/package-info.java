/**
 * How the console decodes images, whoever asks for it. Start reading at {@link
 * io.millrace.console.images.Decoding}.
 */
@NullMarked
package io.millrace.console.images;

import org.jspecify.annotations.NullMarked;
