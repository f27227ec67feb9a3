package io.millrace.learning.vision.images;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PngSamplesTest {

  private static final PixelLimit LIMIT = new PixelLimit(1_000_000, "test");
  private static final int FILTERS = 5;

  @ParameterizedTest
  @CsvSource({"1, 7, 11", "3, 5, 10", "1, 1, 6", "3, 9, 1"})
  void readsAllFiltersAsImageIoDoes(int channels, int width, int height) throws Exception {
    for (int first = 0; first < FILTERS; first++) {
      var shape = new ImageShape(channels, height, width);
      byte[] file = PngChunks.write(shape, deflated(rows(shape, first)));

      DecodedImage image = requireNonNull(PngSamples.read(file));

      assertThat(image.samples()).isEqualTo(ImageIoFormat.PNG.decode(file, LIMIT).samples());
      assertThat(image.channels()).isEqualTo(channels);
    }
  }

  @Test
  void readsDataThatIsSplitOverChunks() throws Exception {
    var shape = new ImageShape(1, 12, 12);
    byte[] data = deflated(rows(shape, 0));
    byte[] whole = PngChunks.write(shape, data);
    var split = new ByteArrayOutputStream();
    split.write(whole, 0, 33);
    for (int i = 0; i < data.length; i++) {
      byte[] one = PngChunks.write(shape, new byte[] {data[i]});
      split.write(one, 33, 13);
    }
    split.write(whole, whole.length - 12, 12);

    assertThat(requireNonNull(PngSamples.read(split.toByteArray())).samples())
        .isEqualTo(requireNonNull(PngSamples.read(whole)).samples());
  }

  @Test
  void leavesOtherKindsAndWhatIsNotInOrder() throws Exception {
    var shape = new ImageShape(1, 4, 4);
    byte[] rows = rows(shape, 0);
    byte[] whole = PngChunks.write(shape, deflated(rows));
    byte[] unknownFilter = rows.clone();
    unknownFilter[0] = FILTERS;
    byte[] damaged = deflated(rows);
    damaged[damaged.length - 1]++;

    assertThat(PngSamples.read(whole)).isNotNull();
    assertThat(PngSamples.read(with(whole, 24, 16))).as("16 bits").isNull();
    assertThat(PngSamples.read(with(whole, 25, 3))).as("palette").isNull();
    assertThat(PngSamples.read(with(whole, 25, 4))).as("grey and alpha").isNull();
    assertThat(PngSamples.read(with(whole, 28, 1))).as("interlaced").isNull();
    assertThat(PngSamples.read(PngChunks.write(shape, deflated(unknownFilter)))).isNull();
    assertThat(PngSamples.read(PngChunks.write(shape, damaged))).as("Adler-32").isNull();
    assertThat(PngSamples.read(PngChunks.write(shape, deflated(Arrays.copyOf(rows, 19))))).isNull();
    assertThat(PngSamples.read(PngChunks.write(shape, deflated(Arrays.copyOf(rows, 21))))).isNull();
  }

  private static byte[] with(byte[] file, int at, int value) {
    byte[] other = file.clone();
    other[at] = (byte) value;
    return other;
  }

  /** Random bytes, each row behind a filter, one after the other. */
  private static byte[] rows(ImageShape shape, int first) {
    int row = 1 + shape.width() * shape.channels();
    byte[] rows = new byte[shape.height() * row];
    new Random(first).nextBytes(rows);
    for (int y = 0; y < shape.height(); y++) {
      rows[y * row] = (byte) ((first + y) % FILTERS);
    }
    return rows;
  }

  private static byte[] deflated(byte[] rows) throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var deflater = new DeflaterOutputStream(bytes)) {
      deflater.write(rows);
    }
    return bytes.toByteArray();
  }
}
