package io.millrace.tests.system.earlier;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A build of an earlier commit: a worktree of the repository under {@code target/earlier}, packaged
 * by Maven without the network.
 *
 * @param commit its abbreviated id, as in {@code earlier/builds}
 * @param folder the root of its sources
 */
record EarlierBuild(String commit, Path folder) {

  private static final Path ROOT = Path.of("").toAbsolutePath().getParent().getParent();

  /** The commits that this build promises to work with, the oldest first. */
  static List<String> promised() throws IOException {
    try (var file = EarlierBuild.class.getResourceAsStream("/earlier/builds")) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .map(String::strip)
          .toList();
    }
  }

  /**
   * Builds a commit, unless that was done before. The system property {@code earlier.builds} names
   * another folder for the worktrees.
   */
  static EarlierBuild of(String commit) throws IOException, InterruptedException {
    Path folder =
        Path.of(System.getProperty("earlier.builds", "target/earlier"))
            .toAbsolutePath()
            .resolve(commit);
    var build = new EarlierBuild(commit, folder);
    if (!Files.exists(folder)) {
      Files.createDirectories(folder.getParent());
      run(ROOT, "git", "worktree", "add", "--force", "--detach", folder.toString(), commit);
    }
    if (build.jar().isEmpty()) {
      run(
          folder,
          "mvn",
          "-o",
          "-q",
          "-B",
          "-DskipTests",
          "-Dlint=off",
          "-pl",
          "services/cli",
          "-am",
          "package");
    }
    return build;
  }

  /** The class path of its program. */
  String classPath() throws IOException {
    return jar().orElseThrow() + ":" + folder.resolve("services/cli/target/lib") + "/*";
  }

  private Optional<Path> jar() throws IOException {
    Path target = folder.resolve("services/cli/target");
    if (!Files.exists(target.resolve("lib"))) {
      return Optional.empty();
    }
    try (var files = Files.list(target)) {
      return files.filter(it -> it.toString().matches(".*/millrace-cli-[^/]*\\.jar")).findFirst();
    }
  }

  private static void run(Path folder, String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(folder.toFile()).inheritIO().start();
    assertThat(process.waitFor()).as("%s in %s", List.of(command), folder).isZero();
  }
}
