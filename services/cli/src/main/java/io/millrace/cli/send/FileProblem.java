package io.millrace.cli.send;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Optional;
import java.util.zip.ZipException;

/** Says why a file cannot be read: the exceptions of the JDK often name the file alone. */
final class FileProblem {

  private FileProblem() {}

  static String reason(IOException problem) {
    return switch (problem) {
      case AccessDeniedException _ -> "this user has no permission to read it (see `ls -l`)";
      case NoSuchFileException _ -> "is not there any more";
      case FileSystemException other ->
          Optional.ofNullable(other.getReason()).orElseGet(other::toString);
      case ZipException _ -> "is not gzip, or damaged (" + problem.getMessage() + ")";
      case EOFException _ -> "ends too early (" + problem.getMessage() + ")";
      default -> problem.getMessage() == null ? problem.toString() : problem.getMessage();
    };
  }
}
