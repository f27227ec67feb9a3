/** The demonstration: real data through all services in one process, shown live and summed up. */
@NullMarked
package io.millrace.cli.demo;

import org.jspecify.annotations.NullMarked;
