/**
 * Starts, watches and stops the services of a process. Start reading at {@link
 * io.millrace.runtime.lifecycle.ServiceHost}; a {@link io.millrace.runtime.lifecycle.Service} is
 * what it runs, and a {@link io.millrace.runtime.lifecycle.ServiceType} is how the command line
 * finds and makes one.
 */
@NullMarked
package io.millrace.runtime.lifecycle;

import org.jspecify.annotations.NullMarked;
