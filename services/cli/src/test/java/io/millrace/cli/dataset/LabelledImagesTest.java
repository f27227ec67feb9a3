package io.millrace.cli.dataset;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LabelledImagesTest {

  @TempDir private Path folder;

  @Test
  void readsImagesAndLabels() throws IOException {
    Path images = write("images", 0x0803, new int[] {2, 1, 3}, 1, 2, 3, 0, 128, 255);
    Path labels = write("labels", 0x0801, new int[] {2}, 7, 0);

    LabelledImages read = LabelledImages.read(images, labels);

    assertThat(read.count()).isEqualTo(2);
    assertThat(read.height()).isEqualTo(1);
    assertThat(read.width()).isEqualTo(3);
    assertThat(read.image(1)).containsExactly(0, 128, 255);
    assertThat(read.label(0)).isEqualTo("7");
    assertThat(read.first(1).image(0)).containsExactly(1, 2, 3);
    assertThat(read.first(1).count()).isEqualTo(1);
  }

  @Test
  void refusesAnotherKindOfFile() throws IOException {
    Path labels = write("labels", 0x0801, new int[] {1}, 7);

    assertThatThrownBy(() -> LabelledImages.read(labels, labels))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("labels")
        .hasMessageContaining("00000801");
  }

  @Test
  void refusesAFileThatEndsEarly() throws IOException {
    Path images = write("images", 0x0803, new int[] {2, 1, 3}, 1, 2, 3, 4);
    Path labels = write("labels", 0x0801, new int[] {2}, 7, 0);

    assertThatThrownBy(() -> LabelledImages.read(images, labels))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ends after 4 of 6 bytes");
  }

  @Test
  void refusesMoreLabelsThanImages() throws IOException {
    Path images = write("images", 0x0803, new int[] {1, 1, 1}, 1);
    Path labels = write("labels", 0x0801, new int[] {2}, 7, 0);

    assertThatThrownBy(() -> LabelledImages.read(images, labels))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("2 labels");
  }

  private Path write(String name, int magic, int[] sizes, int... bytes) throws IOException {
    Path file = folder.resolve(name + ".gz");
    try (var out = new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(magic);
      for (int size : sizes) {
        out.writeInt(size);
      }
      for (int value : bytes) {
        out.writeByte(value);
      }
    }
    return file;
  }
}
