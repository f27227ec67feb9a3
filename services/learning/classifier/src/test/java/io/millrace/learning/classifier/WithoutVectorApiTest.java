package io.millrace.learning.classifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.core.VectorApi;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The forward pass in a JVM that was started without {@code jdk.incubator.vector}. */
final class WithoutVectorApiTest {

  private static final int LENGTH = 37;

  @Test
  void theForwardPassGivesTheSameBits() throws Exception {
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

    assertThat(VectorApi.isPresent()).isTrue();
    assertThat(printed.strip()).isEqualTo("false " + hash());
  }

  /** Prints whether the Vector API is there, and a hash of what the forward pass computes. */
  static final class Program {

    private Program() {}

    public static void main(String[] arguments) {
      System.out.println(VectorApi.isPresent() + " " + hash());
    }
  }

  private static int hash() {
    float[] target = new float[LENGTH];
    float[] source = new float[LENGTH + 3];
    for (int i = 0; i < source.length; i++) {
      source[i] = 1f / (i + 3);
    }
    for (int i = 0; i < 5; i++) {
      ForwardPass.addScaled(target, 0.3f + i, source, i % 3, LENGTH);
    }
    return Arrays.hashCode(target);
  }
}
