/**
 * The HTTP routes of the search service and their answers in JSON, which the command line prints
 * too. Start reading at {@link io.millrace.search.http.DocumentRoutes}.
 */
@NullMarked
package io.millrace.search.http;

import org.jspecify.annotations.NullMarked;
