/**
 * Observes the demonstration's services: their output topics ({@link
 * io.millrace.cli.demo.monitor.TopicObservations}) and their meters ({@link
 * io.millrace.cli.demo.monitor.ServiceMeters}). Start reading at {@link
 * io.millrace.cli.demo.monitor.TopicObservations}.
 */
@NullMarked
package io.millrace.cli.demo.monitor;

import org.jspecify.annotations.NullMarked;
