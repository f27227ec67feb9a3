/** Reads files of images, documents and labels, and sends what is in them. */
@NullMarked
package io.millrace.cli.send;

import org.jspecify.annotations.NullMarked;
