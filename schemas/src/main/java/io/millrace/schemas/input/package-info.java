/**
 * What producers send to {@code documents}, {@code images} and {@code labels}. Start reading at
 * {@link io.millrace.schemas.input.InputDecoder}, the only way from a record to a document, image
 * or label, so that all readers of a topic understand the same. In the order of the work:
 *
 * <ol>
 *   <li>{@code ContentReader} finds out by the content type and the bytes what a value holds, takes
 *       it out of its CloudEvent or Confluent's wire format, and decodes text.
 *   <li>{@code DocumentDecoder}, {@code ImageInputDecoder} and {@code LabelDecoder} make records of
 *       it, with the JSON fields that {@link io.millrace.schemas.input.InputConfig} names.
 *   <li>{@link io.millrace.schemas.input.LabelNormalizer} has the rule for labels.
 * </ol>
 *
 * <p>What cannot be understood for certain is refused with a reason for the person who sent it.
 * {@code docs/inputs.md} lists every form and what happens to it.
 */
@NullMarked
package io.millrace.schemas.input;

import org.jspecify.annotations.NullMarked;
