package io.millrace.runtime.testing;

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
 * A program that tests call if it is installed.
 *
 * @param path of the program
 */
public record InstalledProgram(Path path) {

  /** The program; skips the test if it is not installed. */
  public static InstalledProgram required(String name) {
    Optional<InstalledProgram> found = find(name);
    assumeThat(found).as("%s is not installed, so this is not checked", name).isPresent();
    return found.orElseThrow();
  }

  /** The program; empty if it is not installed. */
  public static Optional<InstalledProgram> find(String name) {
    return all(name).findFirst();
  }

  /** A Python with a module; skips the test if there is none. */
  public static InstalledProgram pythonWith(String module) {
    Optional<InstalledProgram> found =
        Stream.concat(all("python3"), Stream.of(new InstalledProgram(Path.of("/usr/bin/python3"))))
            .filter(python -> python.succeeds("-c", "import " + module))
            .findFirst();
    assumeThat(found).as("no python3 has %s, so this is not checked", module).isPresent();
    return found.orElseThrow();
  }

  /** Runs the program, which must succeed; returns its output. */
  public String run(String... arguments) throws IOException, InterruptedException {
    return run(new byte[0], List.of(arguments));
  }

  /** Runs the program with some input; it must succeed; returns its output. */
  public String run(byte[] input, List<String> arguments) throws IOException, InterruptedException {
    Process process = process(arguments).start();
    try (var in = process.getOutputStream()) {
      in.write(input);
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("%s %s: %s", path, arguments, output).isZero();
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
