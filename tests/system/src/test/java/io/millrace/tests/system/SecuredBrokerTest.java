package io.millrace.tests.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.MillraceProcess;
import io.millrace.runtime.testing.SampleImages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Settings suffice for a broker that requires TLS and SASL: in every service and command. */
final class SecuredBrokerTest {

  @TempDir private Path folder;

  @Test
  void servicesAndCommandsWorkWithTlsAndSasl() throws Exception {
    try (var kafka = SecuredBroker.start(folder);
        var up = up(kafka, kafka.settings())) {
      up.awaitReady();
      Path mill = Files.writeString(folder.resolve("mill.txt"), "the miller grinds the corn");
      Path seven = Files.write(folder.resolve("seven.png"), SampleImages.png(7));

      run(kafka, "send", "documents", mill.toString());
      run(kafka, "send", "images", seven.toString());

      assertThat(first(kafka, "predictions", 2)).contains("document/mill", "image/seven");
      assertThat(first(kafka, "reconstructions", 1)).contains("seven");
      assertThat(first(kafka, "document-vectors", 1)).contains("miller");
      assertThat(run(kafka, "models", "list")).contains("vision");
      assertThat(up.terminate()).isZero();
    }
  }

  @Test
  void aWrongPasswordEndsTheProcessWithAClearError() throws Exception {
    try (var kafka = SecuredBroker.start(folder);
        var up = up(kafka, kafka.settings("guessed"))) {
      assertThat(up.awaitEnd()).isEqualTo(1);
      assertThat(up.lastOutput()).contains("Authentication failed").doesNotContain("guessed");
    }
  }

  private MillraceProcess up(SecuredBroker kafka, Path settings) throws IOException {
    return MillraceProcess.up(
        folder,
        Map.of("state.directory", folder.resolve("streams").toString()),
        "--bootstrap",
        kafka.bootstrapServers(),
        "--config",
        settings.toString());
  }

  private String first(SecuredBroker kafka, String topic, int records) throws Exception {
    return run(kafka, "watch", topic, "--from", "earliest", "--limit", Integer.toString(records));
  }

  private String run(SecuredBroker kafka, String... command) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(command));
    arguments.addAll(List.of("--bootstrap", kafka.bootstrapServers()));
    arguments.addAll(List.of("--config", kafka.settings().toString()));
    return MillraceProcess.run(folder, arguments.toArray(String[]::new));
  }
}
