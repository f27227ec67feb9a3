/**
 * The schema registry, for records in Confluent's wire format: schemas are read and registered.
 * Start reading at {@link io.millrace.runtime.registry.HttpSchemaRegistry}.
 */
@NullMarked
package io.millrace.runtime.registry;

import org.jspecify.annotations.NullMarked;
