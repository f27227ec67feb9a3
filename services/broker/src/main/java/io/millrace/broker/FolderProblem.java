package io.millrace.broker;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/** Says why a folder cannot be written: the exceptions of the JDK often name a path and no more. */
final class FolderProblem {

  private FolderProblem() {}

  static String reason(Path folder, IOException problem) {
    String reason =
        problem instanceof FileSystemException file ? file.getReason() : problem.getMessage();
    String text = reason == null ? "" : reason.toLowerCase(Locale.ROOT);
    if (text.contains("read-only")) {
      return "its file system is read-only";
    }
    if (text.contains("no space left") || text.contains("quota exceeded")) {
      return "its disk is full";
    }
    if (problem instanceof FileAlreadyExistsException || text.contains("not a directory")) {
      return "it or a folder above it is a file";
    }
    if (problem instanceof AccessDeniedException || text.contains("not permitted")) {
      return "user "
          + System.getProperty("user.name")
          + " has no permission to write there"
          + owner(folder).map(name -> ", where " + name + " is the owner").orElse("");
    }
    return reason == null ? "nothing can be written there (" + problem + ")" : reason;
  }

  /** The owner of the folder, or of the nearest one above it that is there. */
  private static Optional<String> owner(Path folder) {
    for (Path path = folder; path != null; path = path.getParent()) {
      if (Files.exists(path)) {
        try {
          return Optional.of(Files.getOwner(path).getName());
        } catch (IOException | UnsupportedOperationException e) {
          return Optional.empty();
        }
      }
    }
    return Optional.empty();
  }
}
