package io.millrace.deploy;

import java.nio.file.Path;
import java.util.List;

/** Paths in the repository. */
final class RepositoryPaths {

  /** The folder {@code deploy}; tests run in it. */
  static final Path DEPLOY = Path.of("").toAbsolutePath();

  /** The root of the project. */
  static final Path ROOT = DEPLOY.getParent();

  /** Every service: each must be deployed. */
  static final List<String> SERVICES =
      List.of(
          "text",
          "embedding",
          "labelling",
          "vision",
          "classifier",
          "scoring",
          "evaluation",
          "search",
          "console");

  private RepositoryPaths() {}
}
