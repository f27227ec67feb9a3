package io.millrace.tests.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.millrace.schemas.Schemas;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Inputs that once were findings, seeds, and changed ones: some hundred in the build, {@code
 * -Dfuzz.mutants=1000000} by command, with {@code -Dfuzz.seed} for others.
 */
final class FuzzRegressionTest {

  private static final Path INPUTS = Path.of("src/test/resources/inputs");
  private static final Path FINDINGS = Path.of("target/findings");

  /** In the build a few; by command millions. */
  private static final int MUTANTS = Integer.getInteger("fuzz.mutants", 500);

  private static final long SEED = Long.getLong("fuzz.seed", 7);

  @ParameterizedTest
  @EnumSource(FuzzTarget.class)
  void nothingFailsOtherwiseThanByARefusal(FuzzTarget target) throws IOException {
    List<byte[]> inputs = new ArrayList<>();
    for (Path file : files(target)) {
      byte[] input = Files.readAllBytes(file);
      assertThatCode(() -> target.run(input)).as("%s", file).doesNotThrowAnyException();
      inputs.add(input);
    }
    var mutator = new Mutator(inputs, SEED);
    Set<String> findings = new TreeSet<>();

    for (int i = 0; i < MUTANTS; i++) {
      byte[] input = mutator.next();
      try {
        target.run(input);
      } catch (AssertionError | StackOverflowError | OutOfMemoryError e) {
        if (findings.add(place(e))) {
          Files.createDirectories(FINDINGS);
          Files.write(FINDINGS.resolve(target + "-" + findings.size()), input);
        }
      }
    }

    assertThat(findings).as("inputs are in %s", FINDINGS.toAbsolutePath()).isEmpty();
  }

  @Test
  void recordsOfEverySchemaAreDecoded() {
    assertThat(FuzzTarget.schemas())
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Schemas.values()).map(Schemas::schema).toList());
  }

  /** What tells a finding from others: the failure and where it was thrown. */
  private static String place(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    StackTraceElement[] trace = cause.getStackTrace();
    return cause.getClass().getName()
        + (trace.length == 0 ? "" : " at " + trace[0])
        + Stream.of(trace)
            .filter(element -> element.getClassName().startsWith("io.millrace"))
            .findFirst()
            .map(element -> ", from " + element)
            .orElse("")
        + (cause == failure ? ": " + failure.getMessage() : "");
  }

  private static List<Path> files(FuzzTarget target) throws IOException {
    Path folder = INPUTS.resolve(target.name());
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    }
  }
}
