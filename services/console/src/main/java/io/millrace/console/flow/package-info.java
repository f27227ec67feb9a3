/**
 * How much flows between topics and services. Start reading at {@link
 * io.millrace.console.flow.FlowMonitor}. It asks Kafka while somebody looks, and only then.
 */
@NullMarked
package io.millrace.console.flow;

import org.jspecify.annotations.NullMarked;
