package io.millrace.learning.vision.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Files in, good and bad: an image or a reason, and nothing else. */
final class ImageDecoderTest {

  private static final PixelLimit MAX_PIXELS = new PixelLimit(1_000_000, "images.max.pixels");

  @Test
  void greyKeepsItsSamples() throws Exception {
    var image = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    for (int i = 0; i < 256; i++) {
      image.getRaster().setSample(i % 16, i / 16, 0, i);
    }

    int[] samples = grey(ImageDecoder.decode(file(image, "png"), MAX_PIXELS), 16, 16);

    for (int i = 0; i < 256; i++) {
      assertThat(samples[i]).isEqualTo(i);
    }
  }

  @Test
  void sixteenBitsAreRoundedToEight() throws Exception {
    var image = new BufferedImage(4, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setPixels(0, 0, 4, 1, new int[] {0, 257 * 7, 257 * 7 + 200, 65_535});

    DecodedImage picture = ImageDecoder.decode(file(image, "png"), MAX_PIXELS);

    assertThat(grey(picture, 4, 1)).containsExactly(0, 7, 8, 255);
  }

  @Test
  void colourKeepsItsSamples() throws Exception {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_INT_RGB);
    image.setRGB(0, 0, 0x102030);
    image.setRGB(1, 0, 0xfffefd);

    DecodedImage picture = ImageDecoder.decode(file(image, "png"), MAX_PIXELS);

    assertThat(colour(picture, 2, 1)).containsExactly(0x10, 0xff, 0x20, 0xfe, 0x30, 0xfd);
  }

  @Test
  void whatIsTransparentLiesOverBlack() throws Exception {
    var image = new BufferedImage(3, 1, BufferedImage.TYPE_INT_ARGB);
    image.setRGB(0, 0, 0xffc86432);
    image.setRGB(1, 0, 0x80c86432);
    image.setRGB(2, 0, 0x00c86432);

    DecodedImage picture = ImageDecoder.decode(file(image, "png"), MAX_PIXELS);

    assertThat(colour(picture, 3, 1)).containsExactly(200, 100, 0, 100, 50, 0, 50, 25, 0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4, 8})
  void palettesBecomeColours(int bits) throws Exception {
    byte[] ramp = {10, -1};
    var palette = new IndexColorModel(bits, 2, ramp, new byte[] {20, 0}, new byte[] {30, 5});
    WritableRaster raster =
        bits == 8
            ? Raster.createInterleavedRaster(0, 2, 1, 1, null)
            : Raster.createPackedRaster(0, 2, 1, 1, bits, null);
    raster.setPixels(0, 0, 2, 1, new int[] {0, 1});

    DecodedImage picture =
        ImageDecoder.decode(
            file(new BufferedImage(palette, raster, false, null), "png"), MAX_PIXELS);

    assertThat(colour(picture, 2, 1)).containsExactly(10, 255, 20, 0, 30, 5);
  }

  @Test
  void bitmapsAreBlackAndWhite() throws Exception {
    var image = new BufferedImage(2, 1, BufferedImage.TYPE_BYTE_BINARY);
    image.setRGB(1, 0, 0xffffff);

    assertThat(grey(ImageDecoder.decode(file(image, "png"), MAX_PIXELS), 2, 1))
        .containsExactly(0, 255);
  }

  @Test
  void jpegsComeInGreyAndInColour() throws Exception {
    var grey = new BufferedImage(16, 16, BufferedImage.TYPE_BYTE_GRAY);
    var colour = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
    for (int i = 0; i < 256; i++) {
      grey.getRaster().setSample(i % 16, i / 16, 0, 90);
      colour.setRGB(i % 16, i / 16, 0xc86432);
    }

    DecodedImage greyRead = ImageDecoder.decode(file(grey, "jpg"), MAX_PIXELS);
    DecodedImage colourRead = ImageDecoder.decode(file(colour, "jpg"), MAX_PIXELS);

    assertThat(greyRead.channels()).isEqualTo(1);
    assertThat(grey(greyRead, 16, 16)[0]).isCloseTo(90, within(2));
    int[] samples = colour(colourRead, 16, 16);
    assertThat(samples[0]).isCloseTo(200, within(4));
    assertThat(samples[512]).isCloseTo(50, within(4));
  }

  @Test
  void aHugeImageIsRefusedByItsHeader() throws Exception {
    byte[] png = png(20_000, 20_000, new byte[100]);

    assertUnusable(
        png,
        "the image has 20000 x 20000 pixels, more than the limit of 1000000: make it smaller, or"
            + " raise images.max.pixels");
  }

  @Test
  void aHugeJpegIsRefusedByItsHeader() throws Exception {
    byte[] jpeg = file(new BufferedImage(8, 8, BufferedImage.TYPE_BYTE_GRAY), "jpg");
    int frame = startOfFrame(jpeg);
    ByteBuffer.wrap(jpeg).putShort(frame + 5, (short) 60_000).putShort(frame + 7, (short) 60_000);

    assertUnusable(
        jpeg,
        "the image has 60000 x 60000 pixels, more than the limit of 1000000: make it smaller, or"
            + " raise images.max.pixels");
  }

  @Test
  void aChunkThatUnpacksToGigabytesIsNotUnpacked() throws Exception {
    byte[] png = png(2, 2, new byte[] {0, 1, 2, 0, 3, 4});
    byte[] zeros = deflated(new byte[1 << 26]);
    ByteBuffer text = ByteBuffer.allocate(zeros.length + 3).put(new byte[] {'k', 0, 0}).put(zeros);
    ByteBuffer bomb = ByteBuffer.allocate(png.length + text.capacity() + 12);
    bomb.put(png, 0, 33);
    chunk(bomb, "zTXt", text.array());
    bomb.put(png, 33, png.length - 33);

    DecodedImage picture = ImageDecoder.decode(bomb.array(), MAX_PIXELS);

    assertThat(grey(picture, 2, 2)).containsExactly(1, 2, 3, 4);
  }

  @Test
  void noPngThatIsCutOffIsAnImage() throws Exception {
    byte[] whole = file(noise(), "png");

    for (int length = 0; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      assertThatThrownBy(() -> ImageDecoder.decode(cut, MAX_PIXELS))
          .as("the first %d of %d bytes", length, whole.length)
          .isInstanceOf(UnusableImageException.class);
    }
  }

  @Test
  void noDamagedPngIsAnImage() throws Exception {
    byte[] whole = file(noise(), "png");

    for (int place = 0; place < whole.length; place++) {
      byte[] damaged = whole.clone();
      damaged[place] ^= 0x10;
      assertThatThrownBy(() -> ImageDecoder.decode(damaged, MAX_PIXELS))
          .as("byte %d of %d", place, whole.length)
          .isInstanceOf(UnusableImageException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", "jpg"})
  void garbageGivesAReasonOrAnImageAndNothingElse(String format) throws Exception {
    byte[] whole = file(noise(), format);
    var random = new Random(42);

    for (int i = 0; i < 2_000; i++) {
      byte[] garbage = whole.clone();
      for (int changes = 1 + random.nextInt(20); changes > 0; changes--) {
        garbage[2 + random.nextInt(garbage.length - 2)] = (byte) random.nextInt();
      }
      try {
        assertThat(ImageDecoder.decode(garbage, MAX_PIXELS).width()).isPositive();
      } catch (UnusableImageException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"bmp", "pnm"})
  void aFileThatIsCutOffSaysSo(String format) throws Exception {
    byte[] file =
        format.equals("pnm")
            ? "P6 20 20 255\n".getBytes(StandardCharsets.US_ASCII)
            : file(noise(), format);

    assertUnusable(Arrays.copyOf(file, Math.min(file.length, 200)), "ends too early");
  }

  @Test
  void otherBytesAreNoImage() {
    assertUnusable(new byte[0], "not an image file that is read: send PNG, JPEG, GIF");
    assertUnusable("GIF89a".getBytes(StandardCharsets.UTF_8), "the GIF file is cut off");
  }

  @Test
  void interlacedPngsAreRead() throws Exception {
    BufferedImage image = noise();
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    ImageWriteParam param = writer.getDefaultWriteParam();
    param.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
    var bytes = new ByteArrayOutputStream();
    try (var stream = ImageIO.createImageOutputStream(bytes)) {
      writer.setOutput(stream);
      writer.write(null, new IIOImage(image, null, null), param);
    }

    assertThat(bytes.toByteArray()[28]).as("Adam7").isEqualTo((byte) 1);
    assertThat(colour(ImageDecoder.decode(bytes.toByteArray(), MAX_PIXELS), 12, 9))
        .isEqualTo(colour(ImageDecoder.decode(file(image, "png"), MAX_PIXELS), 12, 9));
  }

  /** The decoder of WebP takes the end of the file for zeros and would read them for ever. */
  @Test
  void aWebpFileWhosePixelsEndEarlyIsRefused() throws Exception {
    byte[] whole = Files.readAllBytes(Path.of("src/test/resources/images/lossless.webp"));
    byte[] cut = Arrays.copyOf(whole, whole.length - 20);
    ByteBuffer.wrap(cut)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt(4, cut.length - 8)
        .putInt(16, cut.length - 20);

    assertUnusable(cut, "the WEBP file cannot be decoded");
  }

  @Test
  void pixelsThatAreNotThereAreMissed() throws Exception {
    assertUnusable(png(4, 4, new byte[] {0, 1, 2, 3, 4}), "the PNG file cannot be decoded");
  }

  @Test
  void noiseThatCannotBeMadeSmallerIsWrittenWhole() throws Exception {
    var shape = new ImageShape(3, 200, 210);
    float[] pixels = new float[shape.size()];
    var random = new Random(4);
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = random.nextInt(256) / 255f;
    }

    DecodedImage picture = ImageDecoder.decode(PngEncoder.encode(shape, pixels, 0), MAX_PIXELS);

    float[] read = new float[shape.size()];
    picture.resizeInto(shape, read, 0);
    assertThat(read).isEqualTo(pixels);
  }

  @Test
  void pixelsThatUnpackToAGigabyteAreUnpackedAsFarAsTheImageGoes() throws Exception {
    byte[] pixels = gigabyteDeflated();
    ByteBuffer file = ByteBuffer.allocate(8 + 25 + 12 + pixels.length + 12);
    byte[] small = png(2, 2, new byte[0]);
    file.put(small, 0, 33);
    chunk(file, "IDAT", pixels);
    chunk(file, "IEND", new byte[0]);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();

    DecodedImage picture = ImageDecoder.decode(file.array(), MAX_PIXELS);

    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(32 << 20);
    assertThat(grey(picture, 2, 2)).containsOnly(0);
  }

  private static byte[] gigabyteDeflated() {
    var deflater = new Deflater(Deflater.BEST_SPEED);
    var bytes = new ByteArrayOutputStream();
    byte[] zeros = new byte[1 << 20];
    byte[] out = new byte[1 << 16];
    for (int megabyte = 0; megabyte < 1_024; megabyte++) {
      deflater.setInput(zeros);
      while (!deflater.needsInput()) {
        bytes.write(out, 0, deflater.deflate(out));
      }
    }
    deflater.finish();
    while (!deflater.finished()) {
      bytes.write(out, 0, deflater.deflate(out));
    }
    deflater.end();
    return bytes.toByteArray();
  }

  private static void assertUnusable(byte[] file, String reason) {
    assertThatThrownBy(() -> ImageDecoder.decode(file, MAX_PIXELS))
        .isInstanceOf(UnusableImageException.class)
        .hasMessageContaining(reason);
  }

  private static int[] grey(DecodedImage picture, int width, int height) {
    return samples(picture, new ImageShape(1, height, width));
  }

  private static int[] colour(DecodedImage picture, int width, int height) {
    return samples(picture, new ImageShape(3, height, width));
  }

  private static int[] samples(DecodedImage picture, ImageShape shape) {
    float[] pixels = new float[shape.size()];
    picture.resizeInto(shape, pixels, 0);
    int[] samples = new int[pixels.length];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = Math.round(255 * pixels[i]);
    }
    return samples;
  }

  private static BufferedImage noise() {
    var image = new BufferedImage(12, 9, BufferedImage.TYPE_INT_RGB);
    var random = new Random(3);
    for (int i = 0; i < 12 * 9; i++) {
      image.setRGB(i % 12, i / 12, random.nextInt(1 << 24));
    }
    return image;
  }

  private static byte[] file(BufferedImage image, String format) throws IOException {
    var bytes = new ByteArrayOutputStream();
    assertThat(ImageIO.write(image, format, bytes)).isTrue();
    return bytes.toByteArray();
  }

  /** A grey PNG file whose pixels may be too few. */
  private static byte[] png(int width, int height, byte[] rows) throws IOException {
    byte[] data = deflated(rows);
    ByteBuffer file = ByteBuffer.allocate(8 + 25 + 12 + data.length + 12);
    file.put(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
    ByteBuffer header = ByteBuffer.allocate(13).putInt(width).putInt(height).put((byte) 8);
    chunk(file, "IHDR", header.array());
    chunk(file, "IDAT", data);
    chunk(file, "IEND", new byte[0]);
    return file.array();
  }

  private static void chunk(ByteBuffer file, String type, byte[] data) {
    var crc = new CRC32();
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    crc.update(name);
    crc.update(data);
    file.putInt(data.length).put(name).put(data).putInt((int) crc.getValue());
  }

  private static byte[] deflated(byte[] bytes) {
    var deflater = new Deflater(9);
    deflater.setInput(bytes);
    deflater.finish();
    byte[] out = new byte[bytes.length / 500 + 100];
    int length = deflater.deflate(out);
    deflater.end();
    return Arrays.copyOf(out, length);
  }

  /** Where the marker SOF0 stands. */
  private static int startOfFrame(byte[] jpeg) {
    for (int i = 0; i < jpeg.length - 1; i++) {
      if (jpeg[i] == (byte) 0xff && jpeg[i + 1] == (byte) 0xc0) {
        return i;
      }
    }
    throw new IllegalArgumentException("no SOF0");
  }
}
