/**
 * The documents that describe what is served: OpenAPI for HTTP, made of the routes of the process
 * ({@link io.millrace.console.describe.OpenApi}), and AsyncAPI for the topics, made of the
 * catalogue and the schemas ({@link io.millrace.console.describe.AsyncApi}).
 */
@NullMarked
package io.millrace.console.describe;

import org.jspecify.annotations.NullMarked;
