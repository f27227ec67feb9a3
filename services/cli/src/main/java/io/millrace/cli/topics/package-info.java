/**
 * {@code millrace topics}: compares the cluster's topics with the catalogue and creates them. Start
 * reading at {@link io.millrace.cli.topics.TopicsCommand}.
 */
@NullMarked
package io.millrace.cli.topics;

import org.jspecify.annotations.NullMarked;
