/** The schema registry, for records in Confluent's wire format: schemas are read and registered. */
@NullMarked
package io.millrace.runtime.registry;

import org.jspecify.annotations.NullMarked;
