/**
 * The Kafka Streams topology of the text service and its processors, in the order in which a
 * document passes them:
 *
 * <ol>
 *   <li>{@link io.millrace.text.topology.DocumentSourceProcessor} decodes and analyzes a record. A
 *       bad record becomes a dead letter here.
 *   <li>{@link io.millrace.text.topology.TfIdfProcessor} updates the document frequencies and
 *       weights the document.
 *   <li>{@link io.millrace.text.topology.VectorPublisher} and {@link
 *       io.millrace.text.topology.FrequencyPublisher} send the vector and the changed frequencies.
 * </ol>
 *
 * <p>{@link io.millrace.text.topology.TextTopology} connects them.
 *
 * <p>Start reading at {@link io.millrace.text.topology.TextTopology}.
 */
@NullMarked
package io.millrace.text.topology;

import org.jspecify.annotations.NullMarked;
