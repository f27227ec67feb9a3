/**
 * {@code millrace demo}: real data through all services in one process. {@link
 * io.millrace.cli.demo.DemoScenario} is the course of events; {@code data} holds what is sent,
 * {@code monitor} observes the services, {@code progress} shows progress on the terminal, {@code
 * report} writes the summary. Start reading at {@link io.millrace.cli.demo.DemoCommand}.
 */
@NullMarked
package io.millrace.cli.demo;

import org.jspecify.annotations.NullMarked;
