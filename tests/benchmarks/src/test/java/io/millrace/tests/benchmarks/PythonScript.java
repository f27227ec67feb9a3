package io.millrace.tests.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the scripts of {@code src/test/python} with Debian's Python, which has the peers. */
public final class PythonScript {

  private PythonScript() {}

  /** What a script prints. */
  public static String run(String script, String... arguments)
      throws IOException, InterruptedException {
    Path file = Path.of("src", "test", "python", script);
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3", file.toString()));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as("python3: %s", command).isZero();
    return printed;
  }
}
