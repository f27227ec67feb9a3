/**
 * From text to weighted terms, without Kafka, in three steps:
 *
 * <ol>
 *   <li>{@link io.millrace.learning.text.analysis} splits a text into tokens.
 *   <li>{@link io.millrace.learning.text.frequencies} counts the terms of a document, and how many
 *       documents have each term (df).
 *   <li>{@link io.millrace.learning.text.weighting} computes TF-IDF: tf, idf and the norm.
 * </ol>
 *
 * <p>Start reading at {@link io.millrace.learning.text.analysis.Analysis}.
 */
@NullMarked
package io.millrace.learning.text;

import org.jspecify.annotations.NullMarked;
