/** How the console decodes images, whoever asks for it. */
@NullMarked
package io.millrace.console.images;

import org.jspecify.annotations.NullMarked;
