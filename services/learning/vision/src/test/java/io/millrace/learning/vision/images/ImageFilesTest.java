package io.millrace.learning.vision.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Files as cameras and programs write them, decoded as Pillow does: see make_images.py. */
final class ImageFilesTest {

  private static final Path FOLDER = Path.of("src/test/resources/images");
  private static final String EXPECTED = ".rgb.png";
  private static final String PYTHON = "/usr/bin/python3";

  @ParameterizedTest
  @MethodSource("files")
  void decodesAsPillowDoes(String name) throws Exception {
    assertSame(FOLDER, name);
  }

  /** The files in the folder come from another release of Pillow than the one installed. */
  @Test
  void decodesAsTheInstalledPillowDoes(@TempDir Path folder) throws Exception {
    assumeThat(python("-c", "import PIL")).as("%s has no PIL", PYTHON).isZero();

    assertThat(python("src/test/python/make_images.py", folder.toString())).isZero();

    for (String name : names(folder)) {
      assertSame(folder, name);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          pages.tif | the TIFF file has 2 pages: send each as an image of its own
          jpeg.tif  | a TIFF file compressed as JPEG is not read: save it as JPEG or PNG
          float.tif | a TIFF file with samples other than whole numbers of up to 16 bits is not read: save it as PNG
          raw.tif   | the raw file of a camera is not read: save it as JPEG or PNG
          """)
  void whatIsNotReadIsRefusedByName(String name, String reason) {
    assertThatThrownBy(() -> decode(FOLDER.resolve("refused").resolve(name)))
        .isInstanceOf(UnusableImageException.class)
        .hasMessage(reason);
  }

  /**
   * Whatever is changed, there is an image or a reason, and no more memory than the limit allows.
   */
  @ParameterizedTest
  @MethodSource("files")
  void aDamagedFileGivesAnImageOrAReason(String name) throws Exception {
    byte[] whole = Files.readAllBytes(FOLDER.resolve(name));
    var limit = new PixelLimit(1 << 16, "images.max.pixels");
    var random = new Random(name.hashCode());
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    for (int i = 0; i < 300; i++) {
      byte[] damaged =
          random.nextInt(4) == 0
              ? Arrays.copyOf(whole, random.nextInt(whole.length))
              : whole.clone();
      for (int changes = 1 + random.nextInt(5); changes > 0 && damaged.length > 0; changes--) {
        int end = random.nextBoolean() ? Math.min(200, damaged.length) : damaged.length;
        damaged[random.nextInt(end)] = (byte) random.nextInt();
      }
      long before = threads.getCurrentThreadAllocatedBytes();
      try {
        assertThat(ImageDecoder.decode(damaged, limit).width()).isPositive();
      } catch (UnusableImageException e) {
        assertThat(e).hasMessageMatching("(?s).+");
      }
      assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(64 << 20);
    }
  }

  private static void assertSame(Path folder, String name) throws Exception {
    DecodedImage expected = decode(folder.resolve(name + EXPECTED));

    DecodedImage image = decode(folder.resolve(name));

    var shape = new ImageShape(3, expected.height(), expected.width());
    assertThat(image.width()).as(name).isEqualTo(shape.width());
    assertThat(image.height()).as(name).isEqualTo(shape.height());
    float[] pixels = pixels(image, shape);
    float[] theirs = pixels(expected, shape);
    int most = 0;
    for (int i = 0; i < pixels.length; i++) {
      most = Math.max(most, Math.round(255 * Math.abs(pixels[i] - theirs[i])));
    }
    assertThat(most).as(name).isLessThanOrEqualTo(tolerance(name));
  }

  /**
   * The largest difference of a sample, of 255: decoders of JPEG and WebP round and interpolate
   * otherwise, palettes in TIFF have 16 bits.
   */
  private static int tolerance(String name) {
    if (name.endsWith("lossy.webp")) {
      return 12;
    }
    if (name.endsWith(".jpg")) {
      return 6;
    }
    return name.equals("palette.tif") ? 1 : 0;
  }

  private static float[] pixels(DecodedImage image, ImageShape shape) {
    float[] pixels = new float[shape.size()];
    image.resizeInto(shape, pixels, 0);
    return pixels;
  }

  private static DecodedImage decode(Path file) throws IOException, UnusableImageException {
    return ImageDecoder.decode(
        Files.readAllBytes(file), new PixelLimit(1_000_000, "images.max.pixels"));
  }

  static List<String> files() throws IOException {
    return names(FOLDER);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.contains(".") && !name.endsWith(EXPECTED))
          .sorted()
          .toList();
    }
  }

  private static int python(String... arguments) throws IOException, InterruptedException {
    var command = Stream.concat(Stream.of(PYTHON), Stream.of(arguments)).toList();
    Process process;
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
    } catch (IOException e) {
      return -1;
    }
    String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
    int status = process.waitFor();
    assertThat(printed).as("%s", command).doesNotContain("Error: \0");
    return status;
  }
}
