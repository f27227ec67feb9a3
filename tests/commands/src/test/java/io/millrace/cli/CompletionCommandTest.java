package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CompletionCommandTest {

  @TempDir Path folder;

  @Test
  void theCompletionScriptIsReadByBash() throws Exception {
    Path script =
        Files.writeString(folder.resolve("completion"), CommandRun.of("completion").out());

    Process bash = new ProcessBuilder("bash", "-n", script.toString()).inheritIO().start();

    assertThat(bash.waitFor()).isZero();
    assertThat(script).content().contains("dead-letters").contains("--http-port");
  }
}
