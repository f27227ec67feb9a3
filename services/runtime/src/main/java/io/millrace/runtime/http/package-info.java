/**
 * What a service answers over HTTP: its routes ({@link io.millrace.runtime.http.HttpRoute}) and the
 * errors that a handler throws ({@link io.millrace.runtime.http.HttpStatusException}). The server
 * itself is {@code io.millrace.runtime.lifecycle.HttpEndpoint}. Start reading at {@link
 * io.millrace.runtime.http.HttpRoute}.
 */
@NullMarked
package io.millrace.runtime.http;

import org.jspecify.annotations.NullMarked;
