package io.millrace.tests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Lets Jazzer look for findings, a process for each target, for {@code fuzz.seconds} each (60);
 * runs by name only. The corpus grows in {@code target/corpus}; a finding lies in {@code
 * target/findings/TARGET} and is to be copied to {@code src/test/resources/inputs/TARGET}.
 */
final class FuzzCampaign {

  private static final String SECONDS = System.getProperty("fuzz.seconds", "60");
  private static final Path SEEDS = Path.of("src/test/resources/inputs");

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  void findsNothing(FuzzTarget target) throws IOException, InterruptedException {
    Path corpus = Files.createDirectories(Path.of("target/corpus", target.name()));
    Path findings = Files.createDirectories(Path.of("target/findings", target.name()));
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "--add-modules=jdk.incubator.vector",
                "-cp",
                System.getProperty("java.class.path"),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + FuzzDriver.class.getName(),
                "--target_args=" + target.name(),
                "--instrumentation_includes=io.millrace.**:com.twelvemonkeys.**:org.apache.avro.**",
                "--reproducer_path=" + findings,
                "-artifact_prefix=" + findings + "/",
                "-max_total_time=" + SECONDS,
                "-timeout=20",
                "-rss_limit_mb=4096",
                "-print_final_stats=1",
                corpus.toString()));
    Path seeds = SEEDS.resolve(target.name());
    if (Files.isDirectory(seeds)) {
      command.add(seeds.toString());
    }

    int status = new ProcessBuilder(command).inheritIO().start().waitFor();

    assertThat(status).as("findings of %s are in %s", target, findings.toAbsolutePath()).isZero();
  }
}
