package io.millrace.cli.deadletters;

import io.millrace.cli.command.CommandException;
import io.millrace.runtime.settings.Settings;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows dead letters as they were sent. */
@Command(
    name = "show",
    description = {
      "Shows a record that could not be used: where it came from, why it was refused, its key, its"
          + " headers and its content. Text is shown as text, JSON indented, anything else as a hex"
          + " dump. Without RECORD or --limit it is the last one."
    },
    footer = {
      "  millrace dead-letters show",
      "  millrace dead-letters show documents-0-17",
      "  millrace dead-letters show cat-1 --topic images"
    })
final class DeadLettersShowCommand extends DeadLettersSelectionCommand {

  @Option(
      names = "--bytes",
      paramLabel = "N",
      defaultValue = "4096",
      description = "The most bytes of the content that are shown. Default: ${DEFAULT-VALUE}.")
  private int bytes = 4096;

  @Override
  public Integer call() {
    if (bytes < 1) {
      throw usageError("--bytes must be >= 1, was " + bytes);
    }
    Settings settings = settings();
    List<ConsumerRecord<byte[], byte[]>> letters = selected(settings);
    if (letters.isEmpty()) {
      throw new CommandException(
          "there is no such dead letter; `millrace dead-letters list` shows all");
    }
    List<ConsumerRecord<byte[], byte[]>> shown =
        isNarrowed() ? letters : letters.subList(letters.size() - 1, letters.size());
    var formatter = new DeadLetterFormatter(settings.topics().prefix(), bytes);
    for (ConsumerRecord<byte[], byte[]> letter : shown) {
      if (letter != shown.getFirst()) {
        out().println();
      }
      out().print(formatter.format(letter));
    }
    if (shown.size() < letters.size()) {
      out().printf("%nthe last of %d dead letters; --limit N shows the last N%n", letters.size());
    }
    return CommandLine.ExitCode.OK;
  }
}
