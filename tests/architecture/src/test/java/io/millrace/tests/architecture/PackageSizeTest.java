package io.millrace.tests.architecture;

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * No package has more classes than a reader can survey. A class is a source file; what is generated
 * does not count, and tests are counted apart.
 */
final class PackageSizeTest {

  private static final int MOST = 25;

  @Test
  void noPackageIsTooLarge() {
    assertThat(tooLarge(Module::mainSources)).isEmpty();
  }

  @Test
  void noPackageOfTestsIsTooLarge() {
    assertThat(tooLarge(Module::testSources)).isEmpty();
  }

  @Test
  void aPackageThatIsTooLargeIsNoticed(@TempDir Path sources) throws IOException {
    Path crowded = Files.createDirectories(sources.resolve("a/crowded"));
    Path full = Files.createDirectories(sources.resolve("a/full"));
    Files.createFile(full.resolve("package-info.java"));
    for (int i = 0; i < MOST; i++) {
      Files.createFile(crowded.resolve("Class" + i + ".java"));
      Files.createFile(full.resolve("Class" + i + ".java"));
    }
    Files.createFile(crowded.resolve("OneMore.java"));

    assertThat(tooLarge(List.of(sources))).containsExactly(Map.entry("a.crowded", 26L));
  }

  private static Map<String, Long> tooLarge(Function<Module, Path> sources) {
    return tooLarge(Module.all().stream().map(sources).filter(Files::isDirectory).toList());
  }

  private static Map<String, Long> tooLarge(List<Path> folders) {
    Map<String, Long> classes =
        folders.stream()
            .flatMap(PackageSizeTest::packages)
            .collect(groupingBy(name -> name, TreeMap::new, counting()));
    classes.values().removeIf(count -> count <= MOST);
    return classes;
  }

  /** The package of each class in a folder of sources. */
  private static Stream<String> packages(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".java"))
          .filter(file -> !file.endsWith("package-info.java"))
          .map(file -> folder.relativize(file.getParent()).toString().replace('/', '.'))
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
