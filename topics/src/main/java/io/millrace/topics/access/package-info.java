/**
 * The rights that services and people need on a Kafka cluster with an authorizer. Start reading at
 * {@link io.millrace.topics.access.Rights}, which derives them from the catalogue of topics; {@link
 * io.millrace.topics.access.RightsReview} asks a cluster which are missing.
 */
@NullMarked
package io.millrace.topics.access;

import org.jspecify.annotations.NullMarked;
