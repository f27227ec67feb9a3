package io.millrace.tests.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;

/** Paths and folders of the tests. */
final class TestFolders {

  /** The root of the project; these tests run in {@code tests/system}. */
  static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

  private TestFolders() {}

  /** Deletes a folder with its content. */
  static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }
}
