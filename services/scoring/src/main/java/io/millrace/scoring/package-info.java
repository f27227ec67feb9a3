/**
 * The scoring service: every image and document vector to a prediction, every image to its
 * reconstruction.
 *
 * <p>A prediction is an Avro {@code Prediction} under its subject. A reconstruction is a PNG under
 * the image's id; its headers {@code millrace-model}, {@code millrace-version} and {@code
 * millrace-reconstruction-error} say who made it and how far it is off. No record is passed by: a
 * topic waits until its model has a version, and what cannot be used of {@code images} goes to
 * {@code dead-letters}.
 */
@NullMarked
package io.millrace.scoring;

import org.jspecify.annotations.NullMarked;
