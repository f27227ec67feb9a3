package io.millrace.tests.format;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Every Java source of the project looks as google-java-format leaves it. {@code mvn -q -pl
 * tests/format test -Dformat=apply} writes it so.
 */
final class FormatTest {

  private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
  private static final Set<String> NOT_SOURCE = Set.of(".git", "target", "var");

  private final Formatter formatter = new Formatter();

  @Test
  void everySourceIsFormatted() throws Exception {
    boolean apply = "apply".equals(System.getProperty("format"));
    List<Path> wrong = new ArrayList<>();

    for (Path source : sources()) {
      String written = Files.readString(source);
      String formatted = formatter.formatSourceAndFixImports(written);
      if (!formatted.equals(written)) {
        if (apply) {
          Files.writeString(source, formatted);
        } else {
          wrong.add(ROOT.relativize(source));
        }
      }
    }

    assertThat(wrong)
        .as("sources to format: mvn -q -pl tests/format test -Dformat=apply")
        .isEmpty();
  }

  @Test
  void sourcesOfEveryFolderAreFound() throws IOException {
    assertThat(sources())
        .map(source -> ROOT.relativize(source).toString())
        .contains(
            "schemas/src/main/java/io/millrace/schemas/package-info.java",
            "tests/format/src/test/java/io/millrace/tests/format/FormatTest.java");
  }

  @Test
  void aSourceOutOfShapeIsNoticed() throws FormatterException {
    assertThat(formatter.formatSourceAndFixImports("import java.util.List;\nclass  A{ }\n"))
        .isEqualTo("class A {}\n");
  }

  private static List<Path> sources() throws IOException {
    List<Path> found = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            return NOT_SOURCE.contains(folder.getFileName().toString())
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".java")) {
              found.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    found.sort(null);
    return found;
  }
}
