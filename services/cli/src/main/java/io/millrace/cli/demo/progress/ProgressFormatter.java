package io.millrace.cli.demo.progress;

import io.millrace.cli.terminal.ProgressBar;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Draws a {@link StreamProgress} as one line of text that fits the terminal: the narrower it is,
 * the less is said.
 */
final class ProgressFormatter {

  private static final int WIDEST_BAR = 40;
  private static final int NARROWEST_BAR = 6;

  /** What a line says, from left to right; those of a higher rank are left out first. */
  private record Field(int rank, String text) {}

  private ProgressFormatter() {}

  /**
   * The line.
   *
   * @param width columns that it may take, at least 1
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
      int bar = Math.min(WIDEST_BAR, width - said.length() - 1);
      if (bar >= NARROWEST_BAR) {
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

  /** The same without a bar, for a log. */
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
