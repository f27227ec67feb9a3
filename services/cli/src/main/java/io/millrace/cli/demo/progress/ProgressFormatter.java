package io.millrace.cli.demo.progress;

import io.millrace.cli.terminal.ProgressBar;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Formats a {@link StreamProgress} as one line of text. A narrow terminal gets fewer fields. */
final class ProgressFormatter {

  private static final int MAX_BAR_WIDTH = 40;
  private static final int MIN_BAR_WIDTH = 6;

  /** A field of the line; fields of higher rank are left out first. */
  private record Field(int rank, String text) {}

  private ProgressFormatter() {}

  /**
   * The line with a bar.
   *
   * @param width the maximum number of columns, at least 1
   */
  static String render(StreamProgress status, int width) {
    List<Field> fields = fields(status);
    for (int rank = 5; rank >= 0; rank--) {
      int most = rank;
      String said =
          fields.stream()
              .filter(field -> field.rank() <= most)
              .map(Field::text)
              .collect(Collectors.joining(" "));
      int bar = Math.min(MAX_BAR_WIDTH, width - said.length() - 1);
      if (bar >= MIN_BAR_WIDTH) {
        String name = fields.getFirst().text();
        return name + " " + ProgressBar.render(status.share(), bar) + said.substring(name.length());
      }
    }
    String least = status.name() + " " + percent(status);
    return least.length() <= width ? least : least.substring(0, width);
  }

  private static List<Field> fields(StreamProgress status) {
    return List.of(
        new Field(0, "%-14s".formatted(status.name())),
        new Field(0, percent(status)),
        new Field(3, grouped(status.done(), 6) + " of " + grouped(status.total(), 6)),
        new Field(2, grouped(Math.round(status.perSecond()), 6) + "/s"),
        new Field(1, "accuracy " + accuracy(status)),
        new Field(4, remaining(status)));
  }

  /** The line without a bar, for a log. */
  static String plain(StreamProgress status) {
    String counts = grouped(status.done(), 1) + " of " + grouped(status.total(), 1);
    String rate = grouped(Math.round(status.perSecond()), 1) + "/s";
    return Stream.of(
            counts + " (" + percent(status).strip() + ")",
            rate,
            "accuracy " + accuracy(status).strip(),
            remaining(status).strip())
        .filter(part -> !part.isEmpty())
        .collect(Collectors.joining(", ", status.name() + ": ", ""));
  }

  private static String percent(StreamProgress status) {
    return "%3d %%".formatted((int) (100 * status.share()));
  }

  private static String grouped(long number, int width) {
    return String.format(Locale.ROOT, "%," + width + "d", number);
  }

  private static String accuracy(StreamProgress status) {
    return Double.isNaN(status.accuracy())
        ? "     –"
        : String.format(Locale.ROOT, "%4.1f %%", 100 * status.accuracy());
  }

  private static String remaining(StreamProgress status) {
    if (status.done() == status.total()) {
      return "done      ";
    }
    return status
        .remaining()
        .map(time -> "%2d:%02d left".formatted(time.toMinutes(), time.toSecondsPart()))
        .orElse("          ");
  }
}
