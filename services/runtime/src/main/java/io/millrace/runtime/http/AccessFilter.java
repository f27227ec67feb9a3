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
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Who may ask what of the HTTP server, before anything else sees the request:
 *
 * <ol>
 *   <li>Health is for everyone: the platform's probes have no token. So are the files of a page,
 *       which a browser loads before somebody can type one.
 *   <li>Where a token is set, every other request has to present it.
 *   <li>Where none is set, and the server listens to more than this machine, nothing but reading is
 *       allowed.
 *   <li>Where none is set, and it listens to this machine alone, a page of another site that is
 *       open in a browser there may neither read nor write by a name of its own that leads to this
 *       machine (DNS rebinding: the {@code Host} is not this machine's), nor write directly (its
 *       {@code Origin} differs from the {@code Host}).
 *   <li>No request that reads has a body. Routes that write say how large a body they take.
 * </ol>
 */
public final class AccessFilter implements Filter {

  private static final Set<String> READING = Set.of("GET", "HEAD");
  private static final Set<String> HEALTH = Set.of("/health/live", "/health/ready");
  private static final Set<String> LOCAL_NAMES =
      Set.of("localhost", "127.0.0.1", "::1", "[::1]", "[0:0:0:0:0:0:0:1]");
  private static final String SCHEME = "Bearer ";
  private static final int PAYLOAD_TOO_LARGE = 413;

  private final boolean loopback;
  private final String host;
  private final byte[] token;
  private final Predicate<String> open;

  /**
   * A filter for a server.
   *
   * @param open which other paths, as they were sent, are for everyone to read
   */
  public AccessFilter(HttpConfig config, Predicate<String> open) {
    this.host = config.host();
    this.open = open;
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
    if (!(reads && isForEveryone(asked.getRequestURI()))) {
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
      if (!known && loopback && (!isAskedByOwnName(asked) || (!reads && isOfAnotherSite(asked)))) {
        refuse(
            answer,
            HttpServletResponse.SC_FORBIDDEN,
            "pages of other sites may neither read nor write here: use the address of this machine"
                + " itself, such as http://localhost, or set http.token");
        return;
      }
    }
    if (!reads) {
      chain.doFilter(request, response);
      return;
    }
    if (asked.getContentLengthLong() > 0 || asked.getHeader("Transfer-Encoding") != null) {
      answer.setHeader("Connection", "close");
      refuse(answer, PAYLOAD_TOO_LARGE, "a request must have no body");
      return;
    }
    chain.doFilter(request, response);
  }

  private boolean isForEveryone(String path) {
    return HEALTH.contains(path) || open.test(path);
  }

  private boolean isAskedByOwnName(HttpServletRequest request) {
    String name = request.getServerName().toLowerCase(Locale.ROOT);
    return LOCAL_NAMES.contains(name) || name.equalsIgnoreCase(host);
  }

  private static boolean isOfAnotherSite(HttpServletRequest request) {
    String origin = request.getHeader("Origin");
    if (origin == null) {
      return false;
    }
    int scheme = origin.indexOf("://");
    return scheme < 0 || !origin.substring(scheme + 3).equalsIgnoreCase(request.getHeader("Host"));
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
