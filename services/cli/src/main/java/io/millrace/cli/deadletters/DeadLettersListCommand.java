package io.millrace.cli.deadletters;

import io.millrace.cli.terminal.PrintableText;
import io.millrace.cli.terminal.TextTable;
import io.millrace.runtime.deadletters.DeadLetters;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** Lists dead letters. */
@Command(
    name = "list",
    description = {
      "Lists dead letters, oldest first. `millrace dead-letters show` shows a record whole."
    },
    footer = "  millrace dead-letters list --topic images --limit 20")
final class DeadLettersListCommand extends DeadLettersSelectionCommand {

  private static final int LONGEST_KEY = 40;

  @Override
  public Integer call() {
    var table = new TextTable("TIME", "TOPIC", "PARTITION", "OFFSET", "KEY", "BYTES", "REASON");
    List<ConsumerRecord<byte[], byte[]>> letters = selected(settings());
    for (ConsumerRecord<byte[], byte[]> letter : letters) {
      table.row(
          Instant.ofEpochMilli(letter.timestamp()).toString(),
          header(letter, DeadLetters.TOPIC),
          header(letter, DeadLetters.PARTITION),
          header(letter, DeadLetters.OFFSET),
          letter.key() == null ? "none" : PrintableText.inOneLine(letter.key(), LONGEST_KEY),
          letter.value() == null ? "none" : Integer.toString(letter.value().length),
          PrintableText.inOneLine(header(letter, DeadLetters.REASON)));
    }
    if (letters.isEmpty()) {
      out().println("there are no dead letters");
    } else {
      table.print(out());
    }
    return CommandLine.ExitCode.OK;
  }
}
