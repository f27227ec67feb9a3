package io.millrace.runtime.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class ComputeEnvironmentTest {

  @Test
  void namesWhatTheBytesOfAModelDependOn() {
    assertThat(ComputeEnvironment.describe(Map.of("engine", "x")))
        .containsEntry("engine", "x")
        .containsKeys("build", "java", "architecture", "lanes");
  }

  @Test
  void namesOneLaneInAProcessWithoutTheVectorApi() throws Exception {
    Process jvm =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName())
            .redirectErrorStream(true)
            .start();
    String printed = new String(jvm.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(jvm.waitFor(1, TimeUnit.MINUTES)).isTrue();

    assertThat(printed.strip()).isEqualTo("1");
  }

  /** Prints the lanes. */
  static final class Program {

    private Program() {}

    public static void main(String[] arguments) {
      System.out.println(ComputeEnvironment.describe(Map.of()).get("lanes"));
    }
  }
}
