package io.millrace.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A program that these tests call if it is installed.
 *
 * @param path of the program
 */
record InstalledProgram(Path path) {

  /** The program; skips the test if it is not installed. */
  static InstalledProgram required(String name) {
    Optional<InstalledProgram> found = find(name);
    assumeThat(found).as("%s is not installed, so this is not checked", name).isPresent();
    return found.orElseThrow();
  }

  static Optional<InstalledProgram> find(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst()
        .map(InstalledProgram::new);
  }

  /** Runs the program, which must succeed; returns its output. */
  String run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(path.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command)
            .directory(RepositoryPaths.DEPLOY.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s says: %s", command, output).isZero();
    return output;
  }
}
