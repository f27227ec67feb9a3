package io.millrace.console.parts;

import io.millrace.runtime.http.HttpRoute;
import io.millrace.runtime.lifecycle.Service;
import java.util.List;
import java.util.Optional;

/** A part of the console: some routes, and what works for them, if anything does. */
public interface ConsolePart {

  /** Its routes; answered while its worker, if it has one, is ready. */
  List<HttpRoute> routes();

  /** What comes before the worker of any part reads something; done once, at the start. */
  default void prepare() {}

  /** What runs for it; its failure is the console's. Its own routes are not asked for. */
  default Optional<Service> worker() {
    return Optional.empty();
  }
}
