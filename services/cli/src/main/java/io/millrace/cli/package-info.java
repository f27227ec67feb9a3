/** The command line, and all services in one process. */
@NullMarked
package io.millrace.cli;

import org.jspecify.annotations.NullMarked;
