package io.millrace.cli.demo.progress;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jline.utils.ScreenTerminal;
import org.junit.jupiter.api.Test;

final class TerminalProgressViewTest {

  private static final int COLUMNS = 100;
  private static final int ROWS = 8;

  @Test
  void redrawsInPlaceAndLeavesTheLastStateBehind() throws IOException {
    var virtual = ScreenTerminal.withTerminal("test", "xterm-256color", COLUMNS, ROWS);
    ScreenTerminal screen = virtual.screen();
    var view = new TerminalProgressView(virtual.terminal());

    view.announce("Learning");
    for (int done = 0; done <= 10; done++) {
      view.show(
          List.of(
              new StreamProgress("MNIST digits", done, 10, 1, 0.5),
              new StreamProgress("mails", done, 10, 1, 0.5)));
    }
    view.announce("Scoring");
    view.close();

    List<String> lines = lines(screen);
    assertThat(lines).filteredOn(line -> line.contains("Learning")).hasSize(1);
    assertThat(lines).filteredOn(line -> line.contains("MNIST digits")).hasSize(1);
    assertThat(lines)
        .filteredOn(line -> line.contains("mails"))
        .singleElement()
        .asString()
        .contains("100 %");
    assertThat(lines).filteredOn(line -> line.contains("Scoring")).hasSize(1);
  }

  private static List<String> lines(ScreenTerminal screen) {
    long[] cells = new long[COLUMNS * ROWS];
    screen.dump(cells, new int[2]);
    return IntStream.range(0, ROWS)
        .mapToObj(row ->
            IntStream.range(0, COLUMNS)
                .map(column -> ScreenTerminal.cellCodePoint(cells[row * COLUMNS + column]))
                .mapToObj(Character::toString)
                .collect(Collectors.joining())
                .stripTrailing())
        .toList();
  }
}
