package io.millrace.cli.terminal;

/** Draws a progress bar as text. */
public final class ProgressBar {

  public static final char DONE = '█';
  public static final char REMAINING = '░';

  private ProgressBar() {}

  /**
   * A bar of some width.
   *
   * @param share the share that is done, 0 to 1
   * @param width in columns, at least 0
   */
  public static String render(double share, int width) {
    int done = (int) Math.round(share * width);
    return String.valueOf(DONE).repeat(done) + String.valueOf(REMAINING).repeat(width - done);
  }
}
