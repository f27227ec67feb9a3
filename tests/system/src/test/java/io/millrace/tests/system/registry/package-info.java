/** A real schema registry beside Millrace, by command. */
@NullMarked
package io.millrace.tests.system.registry;

import org.jspecify.annotations.NullMarked;
