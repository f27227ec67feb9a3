/**
 * A Kafka broker inside the process, for the all-in-one mode and for tests. Start reading at {@link
 * io.millrace.broker.EmbeddedBroker}.
 */
@NullMarked
package io.millrace.broker;

import org.jspecify.annotations.NullMarked;
