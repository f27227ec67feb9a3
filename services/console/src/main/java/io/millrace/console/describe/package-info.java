/**
 * What describes what is served: {@link io.millrace.console.describe.GatewayOperations} says for
 * the OpenAPI document what the routes under {@code /v1} take and answer, and {@link
 * io.millrace.console.describe.AsyncApi} makes the AsyncAPI document of the catalogue and the
 * schemas. Start reading at {@link io.millrace.console.describe.GatewayOperations}.
 */
@NullMarked
package io.millrace.console.describe;

import org.jspecify.annotations.NullMarked;
