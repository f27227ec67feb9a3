/**
 * The scoring service: a prediction for every image and document vector, and a reconstruction for
 * every image. The path of an image:
 *
 * <ol>
 *   <li>{@code runtime.batch} polls and passes the records of {@code images} to {@link
 *       io.millrace.scoring.ScoringProcessor}. Start reading there.
 *   <li>{@link io.millrace.scoring.ImageScorer} spreads them over threads.
 *   <li>{@link io.millrace.scoring.ScoringRequest} decodes a record; {@code ImageDecoder} in {@code
 *       learning.vision.images} decodes its image file.
 *   <li>The network of the {@link io.millrace.scoring.answers.ServedModel} version that {@link
 *       io.millrace.scoring.answers.VersionSelector} has selected predicts; {@link
 *       io.millrace.scoring.answers.NetworkAnswers} reads its output, and {@link
 *       io.millrace.scoring.answers.ClassRanking} ranks the classes.
 *   <li>{@link io.millrace.scoring.OutputRecords} makes the records to send: predictions,
 *       reconstructions, and dead letters of records that cannot be used.
 * </ol>
 *
 * <p>Challengers of the version that is served answer the same records beside it, in a loop of
 * their own: start reading at {@link io.millrace.scoring.ShadowProcessor}.
 *
 * <p>Under the policy {@code gated}, {@code io.millrace.scoring.promotion} chooses the version that
 * answers. Where a drift of the input is to roll back, {@link io.millrace.scoring.InputWatch} tells
 * {@code io.millrace.scoring.rollback} of it.
 *
 * <p>A prediction is an Avro {@code Prediction}; its key is the subject. A reconstruction is a PNG;
 * its key is the image's id, and its headers {@code millrace-model}, {@code millrace-version} and
 * {@code millrace-reconstruction-error} name the model version and the error. No record is skipped:
 * a topic waits until its model has a version.
 */
@NullMarked
package io.millrace.scoring;

import org.jspecify.annotations.NullMarked;
