package io.millrace.cli.deadletters;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.millrace.cli.kafka.ClusterConnection;
import io.millrace.cli.terminal.PrintableText;
import io.millrace.cli.terminal.TextTable;
import io.millrace.runtime.deadletters.DeadLetters;
import io.millrace.runtime.deadletters.replay.Letter;
import io.millrace.runtime.deadletters.replay.LetterReader;
import io.millrace.runtime.deadletters.replay.LetterStates;
import io.millrace.runtime.settings.Settings;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Lists dead letters. */
@Command(
    name = "list",
    description = {
      "Lists dead letters, oldest first. `millrace dead-letters show` shows a record whole.",
      "A record that was sent again and refused again is listed once, with the number of replays."
          + " One that was sent again and not refused is left out; --all lists it too."
    },
    footer = {
      "  millrace dead-letters list --topic images --limit 20",
      "  millrace dead-letters list --where reason=UTF-8 --where time=2026-11-30.."
    })
final class DeadLettersListCommand extends DeadLettersSelectionCommand {

  private static final int LONGEST_KEY = 40;

  @Option(
      names = "--limit",
      paramLabel = "N",
      defaultValue = "1000",
      description = "Only the last N. Default: ${DEFAULT-VALUE}.")
  private int limit = 1000;

  @Option(names = "--all", description = "Also those that were sent again and not refused again.")
  private boolean all;

  @Option(names = "--json", description = "Prints one JSON object per record.")
  private boolean json;

  /** What is kept of a letter. */
  private record Row(ObjectNode json, String[] cells) {}

  @Override
  public Integer call() {
    var newest = new NewestLetters<Row>(atLeastOne("--limit", limit));
    conditions();
    Settings settings = settings();
    ClusterConnection.requireReachable(settings);
    long[] replayed = {0};
    try (var letters = LetterReader.open(settings, progress())) {
      var selected = selection(settings.topics(), letters);
      letters.forEach(
          "listing",
          (letter, state) -> {
            if (state.isShown() && selected.test(letter)) {
              boolean open = state == LetterStates.State.OPEN;
              replayed[0] += open ? 0 : 1;
              if (open || all) {
                newest.add(letter, () -> new Row(json(letter, open), cells(letter, open)));
              }
            }
            return true;
          });
    }
    print(newest, all ? 0 : replayed[0]);
    return CommandLine.ExitCode.OK;
  }

  private void print(NewestLetters<Row> newest, long hidden) {
    List<Row> rows = newest.list().stream().map(NewestLetters.RetainedLetter::content).toList();
    if (json) {
      rows.forEach(row -> out().println(row.json()));
      return;
    }
    if (rows.isEmpty()) {
      out().println("there are no dead letters");
    } else {
      var table =
          new TextTable(
              "TIME", "TOPIC", "PARTITION", "OFFSET", "KEY", "BYTES", "REPLAYS", "REASON");
      rows.forEach(row -> table.row(row.cells()));
      table.print(out());
    }
    if (newest.all() > rows.size()) {
      out()
          .printf(
              Locale.ROOT,
              "the last %,d of %,d; --limit N shows more%n",
              rows.size(),
              newest.all());
    }
    if (hidden > 0) {
      out().printf(Locale.ROOT, "%,d more were sent again; --all lists them%n", hidden);
    }
  }

  private static String[] cells(Letter letter, boolean open) {
    return new String[] {
      Instant.ofEpochMilli(letter.record().timestamp()).toString(),
      letter.topic(),
      letter.header(DeadLetters.PARTITION),
      letter.header(DeadLetters.OFFSET),
      letter.record().key() == null
          ? "none"
          : PrintableText.inOneLine(letter.record().key(), LONGEST_KEY),
      letter.record().value() == null ? "none" : Integer.toString(letter.record().value().length),
      open ? Integer.toString(letter.replays()) : letter.replays() + 1 + ", gone",
      PrintableText.inOneLine(letter.reason())
    };
  }

  private static ObjectNode json(Letter letter, boolean open) {
    byte[] value = letter.record().value();
    return JsonNodeFactory.instance
        .objectNode()
        .put("time", Instant.ofEpochMilli(letter.record().timestamp()).toString())
        .put("topic", letter.topic())
        .put("partition", letter.partition())
        .put("offset", letter.offset())
        .put("key", letter.key().orElse(null))
        .put("bytes", value == null ? null : (Integer) value.length)
        .put("service", letter.service())
        .put("replays", letter.replays() + (open ? 0 : 1))
        .put("open", open)
        .put("reason", letter.reason());
  }
}
