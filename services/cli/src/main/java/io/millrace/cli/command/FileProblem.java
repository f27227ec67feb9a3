package io.millrace.cli.command;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.Optional;
import java.util.zip.ZipException;

/** Says why a file cannot be read: the exceptions of the JDK often name the file alone. */
public final class FileProblem {

  private FileProblem() {}

  /** The reason, for a message that has named the file. */
  public static String reason(IOException problem) {
    return switch (problem) {
      case AccessDeniedException _ -> "this user has no permission (see `ls -l`)";
      case NotDirectoryException _ -> "it, or a folder above it, is a file";
      case NoSuchFileException _ -> "it is not there";
      case CharacterCodingException _ -> "it is not UTF-8: save it as UTF-8, or as plain ASCII";
      case FileSystemException other ->
          Optional.ofNullable(other.getReason()).orElseGet(other::toString);
      case ZipException _ -> "it is not gzip, or damaged (" + problem.getMessage() + ")";
      case EOFException _ -> "it ends too early (" + problem.getMessage() + ")";
      default -> problem.getMessage() == null ? problem.toString() : problem.getMessage();
    };
  }
}
