package io.millrace.console.inference;

import io.millrace.runtime.http.HttpStatusException;
import io.millrace.runtime.settings.IncompatibleStateException;
import io.millrace.scoring.answers.DivergedException;
import io.millrace.scoring.answers.ServedModel;
import io.millrace.scoring.answers.VersionSelector;
import java.util.Optional;
import java.util.function.Function;

/**
 * The version that answers: the one that is served, or the only one that there will ever be. A
 * served version that answers with NaN or infinity is passed over, as in scoring, and the next
 * answers instead.
 *
 * @param served loads versions
 * @param selector selects them; empty for a version that a request has named
 */
record VersionSource<P>(ServedModel<P> served, Optional<VersionSelector> selector) {

  /**
   * Has the version answer. For the one thread that uses predictors.
   *
   * @param question gets the version
   */
  <A> A ask(Function<ServedModel.Version<P>, A> question) {
    while (true) {
      try {
        return question.apply(served.inForce());
      } catch (DivergedException e) {
        if (selector.isEmpty()) {
          throw HttpStatusException.conflict(String.valueOf(e.getMessage()));
        }
        passOver(selector.get(), e);
      }
    }
  }

  private static void passOver(VersionSelector selector, DivergedException diverged) {
    try {
      selector.diverged(diverged);
    } catch (IncompatibleStateException e) {
      throw HttpStatusException.unavailable(String.valueOf(e.getMessage()));
    }
  }
}
