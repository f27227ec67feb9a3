package io.millrace.runtime.testing;

import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Random;
import javax.imageio.ImageIO;

/** Creates PNG files of 28 x 28 grey pixels in three classes that are easy to distinguish. */
public final class SampleImages {

  private static final String[] CLASSES = {"upright", "level", "block"};
  private static final int SIDE = 28;

  private SampleImages() {}

  /** The class of an image, which is its label. */
  public static String label(int number) {
    return CLASSES[number % CLASSES.length];
  }

  /** A PNG file; the number determines every pixel. */
  public static byte[] png(int number) {
    var file = new ByteArrayOutputStream();
    try {
      ImageIO.write(image(number), "png", file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  /** Its pixels, {@code byte[28, 28]}. */
  public static byte[] pixels(int number) {
    return ((DataBufferByte) image(number).getRaster().getDataBuffer()).getData();
  }

  private static BufferedImage image(int number) {
    var random = new Random(number);
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    int x = 4 + random.nextInt(8);
    int y = 4 + random.nextInt(8);
    int[] sides =
        switch (label(number)) {
          case "upright" -> new int[] {2, 14};
          case "level" -> new int[] {14, 2};
          default -> new int[] {9, 9};
        };
    for (int dx = 0; dx < sides[0]; dx++) {
      for (int dy = 0; dy < sides[1]; dy++) {
        image.getRaster().setSample(x + dx, y + dy, 0, 155 + random.nextInt(100));
      }
    }
    return image;
  }
}
