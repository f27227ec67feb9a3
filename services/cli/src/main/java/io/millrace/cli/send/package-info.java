/**
 * {@code millrace send}: reads files of images, documents and labels and sends their content. Start
 * reading at {@link io.millrace.cli.send.SendCommand}; {@link io.millrace.cli.send.InputReader} has
 * one implementation for each kind of input.
 */
@NullMarked
package io.millrace.cli.send;

import org.jspecify.annotations.NullMarked;
