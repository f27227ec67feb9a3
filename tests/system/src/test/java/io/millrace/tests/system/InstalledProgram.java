package io.millrace.tests.system;

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
 * A program of the machine that these tests call where it is installed.
 *
 * @param path where it was found
 */
record InstalledProgram(Path path) {

  /** The program, or the test is skipped and says what is missing. */
  static InstalledProgram required(String name) {
    Optional<InstalledProgram> found = all(name).findFirst();
    assumeThat(found).as("%s is not installed, so this is not checked", name).isPresent();
    return found.orElseThrow();
  }

  /** A Python that has a module, or the test is skipped and says what is missing. */
  static InstalledProgram pythonWith(String module) {
    Optional<InstalledProgram> found =
        Stream.concat(all("python3"), Stream.of(new InstalledProgram(Path.of("/usr/bin/python3"))))
            .filter(python -> python.succeeds("-c", "import " + module))
            .findFirst();
    assumeThat(found).as("no python3 has %s, so this is not checked", module).isPresent();
    return found.orElseThrow();
  }

  /** What the program prints; it must succeed. */
  String run(byte[] input, List<String> arguments) throws IOException, InterruptedException {
    Process process = process(arguments).start();
    try (var in = process.getOutputStream()) {
      in.write(input);
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s %s says: %s", path, arguments, output).isZero();
    return output;
  }

  private boolean succeeds(String... arguments) {
    try {
      Process process =
          process(List.of(arguments)).redirectOutput(ProcessBuilder.Redirect.DISCARD).start();
      return process.waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private ProcessBuilder process(List<String> arguments) {
    List<String> command = new ArrayList<>(List.of(path.toString()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectErrorStream(true);
  }

  private static Stream<InstalledProgram> all(String name) {
    return Stream.of(System.getenv("PATH").split(File.pathSeparator))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .map(InstalledProgram::new);
  }
}
