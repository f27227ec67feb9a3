package io.millrace.runtime.http;

import io.millrace.runtime.records.RequestTrace;
import io.millrace.runtime.records.Traces;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;

/**
 * Makes the span of a request that says that its trace is recorded, whoever answers the request:
 * from its head to the end of the response. Does nothing unless spans are exported.
 */
public final class TraceFilter implements Filter {

  private static final String TRACE = TraceFilter.class.getName() + ".trace";
  private static final String ROUTE = TraceFilter.class.getName() + ".route";
  private static final int FAILED = 500;

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    if (!Traces.areExported()) {
      chain.doFilter(request, response);
      return;
    }
    var asked = (HttpServletRequest) request;
    RequestTrace trace = ofHeaders(asked);
    asked.setAttribute(TRACE, trace);
    int failed = FAILED;
    try {
      chain.doFilter(request, response);
      failed = 0;
    } finally {
      int status = failed == 0 ? ((HttpServletResponse) response).getStatus() : failed;
      trace.answered(
          new RequestTrace.Exchange(
              asked.getMethod(),
              asked.getScheme(),
              asked.getRequestURI(),
              asked.getAttribute(ROUTE) instanceof String route ? route : "",
              asked.getServerName(),
              asked.getServerPort(),
              status));
    }
  }

  /** Says which route answers a request: with {id}, whether an id may have slashes or not. */
  static void routed(HttpServletRequest request, HttpRoute route) {
    if (Traces.areExported()) {
      request.setAttribute(ROUTE, route.path().replace('<', '{').replace('>', '}'));
    }
  }

  /** The trace of a request. */
  static RequestTrace of(HttpServletRequest request) {
    return request.getAttribute(TRACE) instanceof RequestTrace trace ? trace : ofHeaders(request);
  }

  private static RequestTrace ofHeaders(HttpServletRequest request) {
    return RequestTrace.of(
        Collections.list(request.getHeaders("traceparent")),
        Collections.list(request.getHeaders("tracestate")));
  }
}
