package io.millrace.cli.demo.data;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Converts between pixels, images and PNG files. */
public final class GrayscaleImages {

  static {
    ImageIO.setUseCache(false);
  }

  private GrayscaleImages() {}

  /**
   * An image of pixels.
   *
   * @param pixels {@code byte[height, width]}, 0 is black
   */
  public static BufferedImage grey(int width, int height, byte[] pixels) {
    var image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
    image.getRaster().setDataElements(0, 0, width, height, pixels);
    return image;
  }

  /** The bytes of a PNG file. */
  public static byte[] png(BufferedImage image) {
    try {
      var out = new ByteArrayOutputStream(1024);
      ImageIO.write(image, "png", out);
      return out.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a PNG file.
   *
   * @throws IOException if the bytes are not a PNG file
   */
  public static BufferedImage read(byte[] png) throws IOException {
    BufferedImage image = ImageIO.read(new ByteArrayInputStream(png));
    if (image == null) {
      throw new IOException("not a PNG file");
    }
    return image;
  }
}
