package io.millrace.tests.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs the scripts of {@code src/test/python} with Debian's Python, which has the peers. */
public final class PythonScript {

  /**
   * Makes glibc keep the memory of large arrays instead of giving it back after each operation: a
   * page fault is dear on a virtual machine. Any value set outside counts.
   */
  private static final Map<String, String> MALLOC =
      Map.of(
          "MALLOC_MMAP_THRESHOLD_", "4000000000",
          "MALLOC_TRIM_THRESHOLD_", "8000000000");

  private PythonScript() {}

  /** What a script prints. */
  public static String run(String script, String... arguments)
      throws IOException, InterruptedException {
    return printed(start(script, arguments));
  }

  /** Starts a script, to run beside others. */
  public static Process start(String script, String... arguments) throws IOException {
    Path file = Path.of("src", "test", "python", script);
    List<String> command = new ArrayList<>(List.of("/usr/bin/python3", file.toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
    MALLOC.forEach(builder.environment()::putIfAbsent);
    // Scripts share a module, of which nothing is to stay in the sources' folder.
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    return builder.start();
  }

  /** What a script prints, once it has ended. */
  public static String printed(Process script) throws IOException, InterruptedException {
    String printed = new String(script.getInputStream().readAllBytes(), UTF_8);
    assertThat(script.waitFor()).as("python3: %s", script.info().arguments()).isZero();
    return printed;
  }
}
