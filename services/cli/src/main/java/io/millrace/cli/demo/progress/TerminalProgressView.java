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
 * Draws progress in place on a terminal, fitted to its width. The cursor stays below what is drawn,
 * so that the terminal stays usable however the program ends. Sends no queries to the terminal: its
 * answers would appear on the next command line.
 */
public final class TerminalProgressView implements ProgressView {

  private static final int MIN_COLUMNS = 20;
  private static final int DEFAULT_COLUMNS = 80;
  private static final String UP = "\033[%dA";
  private static final String CLEAR = "\r\033[K";

  private final Terminal terminal;
  private String heading = "";
  private List<StreamProgress> streams = List.of();
  private int drawn;

  /** Draws on a terminal, which is closed with this view. */
  TerminalProgressView(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Draws on the terminal of this process.
   *
   * @throws IOException if there is none
   */
  public static TerminalProgressView open() throws IOException {
    // Detection of grapheme clusters would query the terminal.
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
    int width = columns == 0 ? DEFAULT_COLUMNS : Math.max(MIN_COLUMNS, columns);
    PrintWriter out = terminal.writer();
    if (drawn > 0) {
      out.print(UP.formatted(drawn));
    }
    // One column stays free: many terminals wrap when the last column is written.
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
