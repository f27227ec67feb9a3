/**
 * What people see of the models over HTTP, and what they decide. Start reading at {@link
 * io.millrace.console.models.ModelRoutes}. What changes something runs on a thread of its own
 * ({@link io.millrace.console.models.Administration}).
 */
@NullMarked
package io.millrace.console.models;

import org.jspecify.annotations.NullMarked;
