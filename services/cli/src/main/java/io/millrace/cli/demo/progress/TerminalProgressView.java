package io.millrace.cli.demo.progress;

import io.millrace.cli.terminal.ProgressBar;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.List;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * Progress drawn in place on a terminal, fitted to its width. The cursor stays below what is drawn,
 * so that whatever ends the program leaves the terminal usable. The terminal is asked nothing: its
 * answers would end up on the next command line.
 */
public final class TerminalProgressView implements ProgressView {

  private static final int FEWEST_COLUMNS = 20;
  private static final int USUAL_COLUMNS = 80;
  private static final String UP = "\033[%dA";
  private static final String CLEAR = "\r\033[K";

  private final Terminal terminal;
  private String heading = "";
  private List<StreamProgress> streams = List.of();
  private int drawn;

  /** Draws on a terminal, which ends with this view. */
  TerminalProgressView(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * On the terminal of this process.
   *
   * @throws IOException if there is none
   */
  public static TerminalProgressView open() throws IOException {
    // Whether it knows grapheme clusters would be found out by asking it.
    return new TerminalProgressView(
        TerminalBuilder.builder().system(true).dumb(false).graphemeCluster(false).build());
  }

  @Override
  public void announce(String line) {
    drawn = 0;
    heading = line;
    streams = List.of();
    draw();
  }

  @Override
  public void show(List<StreamProgress> newest) {
    streams = List.copyOf(newest);
    draw();
  }

  @Override
  public void close() {
    try {
      terminal.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void draw() {
    int columns = terminal.getSize().getColumns();
    int width = columns == 0 ? USUAL_COLUMNS : Math.max(FEWEST_COLUMNS, columns);
    PrintWriter out = terminal.writer();
    if (drawn > 0) {
      out.print(UP.formatted(drawn));
    }
    // One column is left free: many terminals begin a new line when the last one is written to.
    line(out, new AttributedString(cut(heading, width - 1), AttributedStyle.DEFAULT.bold()));
    for (StreamProgress stream : streams) {
      line(out, coloured(ProgressFormatter.render(stream, width - 1)));
    }
    drawn = 1 + streams.size();
    terminal.flush();
  }

  private void line(PrintWriter out, AttributedString text) {
    out.print(CLEAR);
    out.println(text.toAnsi(terminal));
  }

  private static AttributedString coloured(String line) {
    var text = new AttributedStringBuilder();
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      text.style(
          switch (c) {
            case ProgressBar.DONE -> AttributedStyle.DEFAULT.foreground(AttributedStyle.CYAN);
            case ProgressBar.REMAINING ->
                AttributedStyle.DEFAULT.foreground(AttributedStyle.BRIGHT);
            default -> AttributedStyle.DEFAULT;
          });
      text.append(c);
    }
    return text.toAttributedString();
  }

  private static String cut(String text, int width) {
    return text.length() <= width ? text : text.substring(0, width);
  }
}
