/**
 * How much flows between topics and services: begin with {@link
 * io.millrace.console.flow.FlowMonitor}. It asks Kafka while somebody looks, and only then.
 */
@NullMarked
package io.millrace.console.flow;

import org.jspecify.annotations.NullMarked;
