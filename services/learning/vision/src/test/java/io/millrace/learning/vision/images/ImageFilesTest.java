package io.millrace.learning.vision.images;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files as cameras and programs write them, decoded as Pillow does: see make_images.py. */
final class ImageFilesTest {

  private static final Path FOLDER = Path.of("src/test/resources/images");
  private static final String EXPECTED = ".rgb.png";
  private static final String PYTHON = "/usr/bin/python3";

  /** Decoders of JPEG round otherwise, and interpolate colours of fewer samples otherwise. */
  private static final int LOSSY = 6;

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

  private static void assertSame(Path folder, String name) throws Exception {
    DecodedImage expected = decode(folder.resolve(name + EXPECTED));

    DecodedImage image = decode(folder.resolve(name));

    assertThat(image).as(name).hasToString(expected.toString());
    int most = 0;
    for (int i = 0; i < image.samples().length; i++) {
      int difference = (image.samples()[i] & 0xff) - (expected.samples()[i] & 0xff);
      most = Math.max(most, Math.abs(difference));
    }
    assertThat(most).as(name).isLessThanOrEqualTo(name.endsWith(".jpg") ? LOSSY : 0);
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
          .filter(name -> !name.endsWith(EXPECTED))
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
