package io.millrace.schemas.input;

import io.millrace.schemas.Subject;
import io.millrace.schemas.avro.Image;

/**
 * What a record says about an image.
 *
 * @param subject the image's id
 * @param image the image, its pixels not decoded, and its label
 */
public record ImageInput(Subject subject, Image image) {}
