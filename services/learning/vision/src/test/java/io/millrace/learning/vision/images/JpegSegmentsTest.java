package io.millrace.learning.vision.images;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What loses pixels is refused, and nothing else. */
final class JpegSegmentsTest {

  private static final Path FOLDER = Path.of("src/test/resources/images");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "baseline.jpg",
        "4-2-0.jpg",
        "progressive-4-2-0.jpg",
        "restarts.jpg",
        "cmyk-progressive.jpg"
      })
  void aFileThatIsCutOffIsRefusedAsSoonAsAPixelIsLost(String name) throws Exception {
    byte[] whole = read(name);
    byte[] expected = decode(whole).samples();
    int refused = 0;

    for (int length = 2; length < whole.length; length++) {
      byte[] cut = Arrays.copyOf(whole, length);
      try {
        assertThat(decode(cut).samples()).as("the first %d bytes", length).isEqualTo(expected);
      } catch (UnusableImageException e) {
        refused = length;
      }
    }

    assertThat(whole.length - refused).isLessThan(16);
  }

  @ParameterizedTest
  @ValueSource(strings = {"baseline.jpg", "progressive-4-2-0.jpg", "restarts.jpg", "cmyk.jpg"})
  void strayBytesBeforeAMarkerLoseNoPixel(String name) throws Exception {
    byte[] whole = read(name);
    byte[] expected = decode(whole).samples();
    byte[] stray = {0, 1, 0, (byte) 0xff, (byte) 0xff};

    for (int place = 2; place < whole.length - 1; place++) {
      int marker = whole[place + 1] & 0xff;
      if (whole[place] == (byte) 0xff && marker != 0 && marker != 0xff) {
        byte[] file = new byte[whole.length + stray.length];
        System.arraycopy(whole, 0, file, 0, place);
        System.arraycopy(stray, 0, file, place, stray.length);
        System.arraycopy(whole, place, file, place + stray.length, whole.length - place);
        assertThat(decode(file).samples()).as("%s: %02x", name, marker).isEqualTo(expected);
      }
    }
  }

  /** Their data are whole: only that the markers between them say so is lost. */
  @Test
  void aProgressiveFileThatIsCutOffBetweenScansIsRefused() throws Exception {
    byte[] whole = read("progressive.jpg");
    int third = indexOf(whole, 0xda, indexOf(whole, 0xda, indexOf(whole, 0xda, 0) + 2) + 2);

    assertThatThrownBy(() -> decode(Arrays.copyOf(whole, third)))
        .isInstanceOf(UnusableImageException.class)
        .hasMessage("the JPEG file is damaged: it is cut off");
  }

  @Test
  void aHoleInTheDataIsRefused() throws Exception {
    byte[] whole = read("restarts.jpg");
    int first = indexOf(whole, 0xd0, indexOf(whole, 0xda, 0));
    int second = indexOf(whole, 0xd1, first);
    byte[] hole = new byte[whole.length - (second - first)];
    System.arraycopy(whole, 0, hole, 0, first);
    System.arraycopy(whole, second, hole, first, whole.length - second);

    assertThatThrownBy(() -> decode(hole))
        .isInstanceOf(UnusableImageException.class)
        .hasMessageStartingWith("the JPEG file is damaged: Corrupt JPEG data");
  }

  @Test
  void aFileThatEndsBeforeItsPixelsIsRefused() throws Exception {
    byte[] whole = read("baseline.jpg");
    byte[] empty = Arrays.copyOf(whole, indexOf(whole, 0xda, 0) + 2);
    empty[empty.length - 1] = (byte) 0xd9;

    assertThatThrownBy(() -> decode(empty))
        .isInstanceOf(UnusableImageException.class)
        .hasMessage("the JPEG file is damaged: it ends before all its pixels");
  }

  /** As cameras that film send single pictures: with the tables of the standard, not stored. */
  @Test
  void aFileWithoutHuffmanTablesIsRead() throws Exception {
    byte[] whole = read("baseline.jpg");
    byte[] expected = decode(whole).samples();

    assertThat(decode(without(whole, 0xc4)).samples()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "c3, a lossless JPEG file is not read: save it as baseline or progressive JPEG or as PNG",
    "c9, an arithmetic-coded JPEG file is not read: save it as baseline or progressive JPEG or as"
        + " PNG",
    "ca, an arithmetic-coded JPEG file is not read: save it as baseline or progressive JPEG or as"
        + " PNG",
    "f7, a lossless (JPEG-LS) JPEG file is not read: save it as baseline or progressive JPEG or as"
        + " PNG"
  })
  void whatIsNotReadIsNamed(String marker, String reason) throws Exception {
    byte[] file = read("baseline.jpg");
    file[indexOf(file, 0xc0, 0) + 1] = (byte) Integer.parseInt(marker, 16);

    assertThatThrownBy(() -> decode(file)).hasMessage(reason);
  }

  @Test
  void samplesOfMoreBitsAreNamed() throws Exception {
    byte[] file = read("baseline.jpg");
    file[indexOf(file, 0xc0, 0) + 4] = 12;

    assertThatThrownBy(() -> decode(file))
        .hasMessage(
            "a JPEG file with samples of 12 bits is not read: save it with 8 bits or as PNG");
  }

  private static DecodedImage decode(byte[] file) throws UnusableImageException {
    return ImageDecoder.decode(file, new PixelLimit(1_000_000, "images.max.pixels"));
  }

  private static byte[] read(String name) throws IOException {
    return Files.readAllBytes(FOLDER.resolve(name));
  }

  /** Where a marker stands. */
  private static int indexOf(byte[] file, int marker, int from) {
    for (int i = from; i < file.length - 1; i++) {
      if (file[i] == (byte) 0xff && file[i + 1] == (byte) marker) {
        return i;
      }
    }
    throw new IllegalArgumentException("no marker " + marker);
  }

  private static byte[] without(byte[] file, int marker) {
    byte[] left = file;
    int at = 2;
    while (left[at + 1] != (byte) 0xda) {
      int end = at + 2 + ((left[at + 2] & 0xff) << 8 | left[at + 3] & 0xff);
      if (left[at + 1] == (byte) marker) {
        byte[] shorter = new byte[left.length - (end - at)];
        System.arraycopy(left, 0, shorter, 0, at);
        System.arraycopy(left, end, shorter, at, left.length - end);
        left = shorter;
      } else {
        at = end;
      }
    }
    return left;
  }
}
