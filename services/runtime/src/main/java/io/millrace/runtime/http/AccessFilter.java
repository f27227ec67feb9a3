package io.millrace.runtime.http;

import io.millrace.runtime.settings.HttpConfig;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Set;

/**
 * Who may ask what of the HTTP server, before anything else sees the request:
 *
 * <ol>
 *   <li>Health is for everyone: the platform's probes have no token.
 *   <li>Where a token is set, every other request has to present it.
 *   <li>Where none is set, and the server listens to more than this machine, nothing but reading is
 *       allowed.
 *   <li>No request has a body, since no route takes one.
 * </ol>
 */
public final class AccessFilter implements Filter {

  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Set<String> FOR_EVERYONE = Set.of("/health/live", "/health/ready");
  private static final String SCHEME = "Bearer ";
  private static final int PAYLOAD_TOO_LARGE = 413;

  private final boolean loopback;
  private final byte[] token;

  public AccessFilter(HttpConfig config) {
    this.loopback = config.isLoopback();
    this.token = config.token().getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    var asked = (HttpServletRequest) request;
    var answer = (HttpServletResponse) response;
    boolean reads = READING.contains(asked.getMethod());
    boolean known = token.length > 0 && presentsToken(asked);
    // Compared as it was sent: what is written otherwise and means the same needs the token.
    if (!(reads && FOR_EVERYONE.contains(asked.getRequestURI()))) {
      if (token.length > 0 && !known) {
        answer.setHeader("WWW-Authenticate", "Bearer");
        refuse(
            answer,
            HttpServletResponse.SC_UNAUTHORIZED,
            "this request needs the header 'Authorization: Bearer TOKEN' with the token of"
                + " http.token");
        return;
      }
      if (!reads && !known && !loopback) {
        refuse(
            answer,
            HttpServletResponse.SC_FORBIDDEN,
            "only GET and HEAD are allowed without a token where http.host is not a loopback"
                + " address");
        return;
      }
    }
    if (asked.getContentLengthLong() > 0 || asked.getHeader("Transfer-Encoding") != null) {
      answer.setHeader("Connection", "close");
      refuse(answer, PAYLOAD_TOO_LARGE, "a request must have no body");
      return;
    }
    chain.doFilter(request, response);
  }

  private boolean presentsToken(HttpServletRequest request) {
    String header = request.getHeader("Authorization");
    return header != null
        && header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        && MessageDigest.isEqual(
            token, header.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8));
  }

  private static void refuse(HttpServletResponse answer, int status, String why)
      throws IOException {
    answer.setStatus(status);
    answer.setContentType("application/json");
    answer.getWriter().write("{\"error\":\"" + why + "\"}");
  }
}
