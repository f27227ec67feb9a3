package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.settings.ServiceRegistry;
import java.util.stream.Stream;
import org.apache.kafka.common.config.ConfigDef;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** How commands are used, and what they say and return when they are not used so. */
final class UsageTest {

  @Test
  void noCommandIsWrongUsage() {
    CommandRun run = CommandRun.of();

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("millrace --help");
  }

  @Test
  void aMistypedCommandIsWrongUsageAndTheRightOneIsSuggested() {
    CommandRun run = CommandRun.of("upp");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("upp").contains("up");
  }

  @Test
  void anUnknownServiceIsNamedWithThoseThatThereAre() {
    CommandRun run = CommandRun.of("up", "--services", "embedding,vission");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("vission").contains("text, embedding, labelling");
  }

  @Test
  void onlyTheVisionCanBeImported() {
    CommandRun run =
        CommandRun.of("models", "import", "classifier", "--input", "weights.safetensors");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("classifier").contains("vision");
  }

  @Test
  void anUnknownSettingIsNamed() {
    CommandRun run = CommandRun.of("up", "--set", "embedding.dimension=3");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("embedding.dimension;");
  }

  @Test
  void aBadValueIsNamedBeforeAnythingStarts() {
    CommandRun run = CommandRun.of("up", "--set", "log.format=xml");

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("log.format").contains("xml").doesNotContain("Exception");
  }

  @Test
  void aBrokerThatDoesNotAnswerIsAFailureThatSaysWhatToDo() {
    CommandRun run = CommandRun.of("up", "--bootstrap", "localhost:1");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("localhost:1").contains("--bootstrap").hasLineCount(1);
  }

  @Test
  void everyServiceCanBeRun() {
    assertThat(ServiceRegistry.names())
        .isEqualTo(
            "text, embedding, labelling, vision, classifier, scoring, evaluation,"
                + " search, console");
  }

  @Test
  void theHelpOfUpListsEverySettingOfEveryService() {
    String help = CommandRun.of("up", "--help").out();

    for (ConfigDef definition : ServiceRegistry.definitions()) {
      assertThat(help).contains(definition.names());
    }
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyCommandHasHelpWithAnExample(String command) {
    String[] args = (command + " --help").strip().split(" ");

    CommandRun run = CommandRun.of(args);

    assertThat(run.status()).isZero();
    assertThat(run.out())
        .contains("Usage: ")
        .contains("Examples:")
        .contains("  millrace " + command);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void everyExampleFitsANarrowTerminal(String command) {
    CommandLine found = Main.commandLine();
    for (String name : command.split(" ")) {
      found = name.isEmpty() ? found : found.getSubcommands().get(name);
    }

    assertThat(found.getCommandSpec().usageMessage().footer())
        .allSatisfy(line -> assertThat(line).hasSizeLessThan(80));
  }

  static Stream<String> commands() {
    return below("", Main.commandLine());
  }

  private static Stream<String> below(String name, CommandLine command) {
    Stream<String> children =
        command.getSubcommands().entrySet().stream()
            .flatMap(child -> below((name + " " + child.getKey()).strip(), child.getValue()));
    return Stream.concat(Stream.of(name), children);
  }
}
