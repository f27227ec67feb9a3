package io.millrace.cli.demo.report;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Draws originals above their reconstructions, enlarged, with a name for each row. */
public final class ReconstructionSheet {

  private static final int CELL = 84;
  private static final int GAP = 8;
  private static final int LABELS = 132;
  private static final int CAPTION = 30;
  private static final Color PAPER = new Color(0xfb, 0xfb, 0xf9);
  private static final Color INK = new Color(0x33, 0x33, 0x33);
  private static final Color WRONG = new Color(0xb0, 0x3a, 0x2e);

  /**
   * An image and its reconstruction.
   *
   * @param caption the predicted label, written below
   * @param right whether the prediction is correct; a wrong one is written in red
   */
  public record Pair(
      BufferedImage original, BufferedImage reconstruction, String caption, boolean right) {}

  private ReconstructionSheet() {}

  /**
   * Draws the sheet.
   *
   * @param pairs in reading order, at least one
   * @param columns pairs side by side, at least 1
   */
  public static BufferedImage draw(List<Pair> pairs, int columns) {
    int bands = (pairs.size() + columns - 1) / columns;
    var sheet = new BufferedImage(width(columns), height(bands), BufferedImage.TYPE_INT_RGB);
    Graphics2D pen = sheet.createGraphics();
    pen.setRenderingHint(
        RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
    pen.setRenderingHint(
        RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_NEAREST_NEIGHBOR);
    pen.setColor(PAPER);
    pen.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
    pen.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
    for (int band = 0; band < bands; band++) {
      rowNames(pen, top(band));
    }
    for (int i = 0; i < pairs.size(); i++) {
      pair(pen, pairs.get(i), LABELS + i % columns * (CELL + GAP), top(i / columns));
    }
    pen.dispose();
    return sheet;
  }

  public static int width(int columns) {
    return LABELS + columns * (CELL + GAP) + GAP;
  }

  public static int height(int bands) {
    return top(bands);
  }

  private static int top(int band) {
    return 2 * GAP + band * (2 * (CELL + GAP) + CAPTION);
  }

  private static void rowNames(Graphics2D pen, int top) {
    pen.setColor(INK);
    pen.drawString("original", 2 * GAP, top + CELL / 2 + 5);
    pen.drawString("reconstruction", 2 * GAP, top + CELL + GAP + CELL / 2 + 5);
    pen.drawString("predicted", 2 * GAP, top + 2 * (CELL + GAP) + 10);
  }

  private static void pair(Graphics2D pen, Pair pair, int left, int top) {
    pen.drawImage(pair.original(), left, top, CELL, CELL, null);
    pen.drawImage(pair.reconstruction(), left, top + CELL + GAP, CELL, CELL, null);
    pen.setColor(pair.right() ? INK : WRONG);
    int width = pen.getFontMetrics().stringWidth(pair.caption());
    pen.drawString(pair.caption(), left + (CELL - width) / 2, top + 2 * (CELL + GAP) + 10);
  }
}
