package io.millrace.search.index;

import java.time.Duration;

/** A query took longer than it may. */
public final class QueryTimeoutException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  QueryTimeoutException(Duration limit) {
    super(
        "the query took longer than %d ms (search.request.timeout.ms): ask with fewer terms or for"
                .formatted(limit.toMillis())
            + " fewer documents, or try again when the service has less to do");
  }
}
