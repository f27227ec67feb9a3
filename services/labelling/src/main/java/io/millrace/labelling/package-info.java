/**
 * The labelling service: joins images and document vectors with their labels and writes the
 * examples that trainers learn from. Start reading at {@link
 * io.millrace.labelling.LabellingService}, the topology; {@link io.millrace.labelling.LabelJoin} is
 * the join.
 *
 * <p>Records that cannot be used are counted and skipped here. Their reporters send them to {@code
 * dead-letters}: scoring for images, text for documents, evaluation for labels.
 */
@NullMarked
package io.millrace.labelling;

import org.jspecify.annotations.NullMarked;
