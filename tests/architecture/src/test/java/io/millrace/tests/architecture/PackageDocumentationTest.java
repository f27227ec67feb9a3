package io.millrace.tests.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every package of ours says what it is for and where to start reading. */
final class PackageDocumentationTest {

  private static final Pattern START = Pattern.compile("Start reading (at \\{@link |there\\.)");

  @Test
  void everyPackageSaysWhereToStartReading() {
    assertThat(undocumented(Module.all().stream().map(Module::mainSources).toList())).isEmpty();
  }

  @Test
  void aPackageThatDoesNotSayItIsNoticed(@TempDir Path sources) throws IOException {
    packageWith(sources, "said", "/**\n * Sums.\n *\n * Start reading\n * at {@link a.Sum}.\n */");
    packageWith(sources, "silent", "/** Sums. */");
    Files.delete(packageWith(sources, "bare", "/** Sums. */"));

    assertThat(undocumented(List.of(sources)))
        .containsExactlyInAnyOrder("io/millrace/bare", "io/millrace/silent");
  }

  private static Path packageWith(Path sources, String name, String javadoc) throws IOException {
    Path folder = Files.createDirectories(sources.resolve("io/millrace").resolve(name));
    Files.createFile(folder.resolve("Sum.java"));
    return Files.writeString(folder.resolve("package-info.java"), javadoc);
  }

  private static List<String> undocumented(List<Path> folders) {
    return folders.stream().flatMap(PackageDocumentationTest::undocumented).toList();
  }

  /** The packages in a folder of sources that do not say where to start reading. */
  private static Stream<String> undocumented(Path sources) {
    Path ours = sources.resolve("io/millrace");
    if (!Files.isDirectory(ours)) {
      return Stream.of();
    }
    try (Stream<Path> files = Files.walk(ours)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .map(Path::getParent)
          .distinct()
          .filter(folder -> !START.matcher(documentation(folder)).find())
          .map(folder -> sources.relativize(folder).toString())
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The javadoc of a package on one line; empty if it has none. */
  private static String documentation(Path folder) {
    Path file = folder.resolve("package-info.java");
    try {
      return Files.exists(file) ? Files.readString(file).replaceAll("\\s*\\n \\*\\s*", " ") : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
