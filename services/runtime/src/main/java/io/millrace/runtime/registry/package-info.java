/** The schema registry, for records in Confluent's wire format. */
@NullMarked
package io.millrace.runtime.registry;

import org.jspecify.annotations.NullMarked;
