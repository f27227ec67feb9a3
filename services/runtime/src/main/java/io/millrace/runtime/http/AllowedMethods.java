package io.millrace.runtime.http;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The methods that a path has, for the status 405 and the header {@code Allow} (RFC 9110, sections
 * 10.2.1 and 15.5.6).
 *
 * @param path one of the routes' paths
 * @param methods that it has
 */
public record AllowedMethods(String path, Set<HttpRoute.Method> methods) {

  /** What a path may be asked with; {@code HEAD} goes with {@code GET}. */
  public static final List<String> ALL =
      List.of("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS");

  private static final Pattern PARAMETER = Pattern.compile("[A-Za-z]+(?=[>}])");

  public AllowedMethods {
    methods = Collections.unmodifiableSet(EnumSet.copyOf(methods));
  }

  /** Those of each path, in the order of the routes; paths that differ only in names are one. */
  public static List<AllowedMethods> of(List<HttpRoute> routes) {
    Map<String, List<HttpRoute>> paths =
        routes.stream()
            .collect(
                Collectors.groupingBy(
                    route -> PARAMETER.matcher(route.path()).replaceAll(""),
                    LinkedHashMap::new,
                    Collectors.toList()));
    return paths.values().stream()
        .map(same ->
            new AllowedMethods(
                same.getFirst().path(),
                same.stream().map(HttpRoute::method).collect(Collectors.toSet())))
        .toList();
  }

  /** Whether a route takes whatever path no other has, as that of a page's files does. */
  public static boolean isOfAnyPath(HttpRoute route) {
    return route.path().startsWith("/<") || route.path().startsWith("/{");
  }

  /** The methods that it does not have; {@code OPTIONS} is answered by its header. */
  public List<String> others() {
    List<String> own = names();
    return ALL.stream().filter(it -> !own.contains(it)).toList();
  }

  /** The value of {@code Allow}. */
  public String header() {
    return String.join(", ", names()) + ", OPTIONS";
  }

  private List<String> names() {
    List<String> names = new ArrayList<>();
    for (HttpRoute.Method method : methods) {
      names.add(method.name());
      if (method == HttpRoute.Method.GET) {
        names.add("HEAD");
      }
    }
    return names;
  }
}
