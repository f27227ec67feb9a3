package io.millrace.learning.tensors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class SafeTensorsTest {

  private static final SafeTensors SMALL =
      SafeTensors.of(
          Map.of(
              "b", Tensor.of(new float[] {1, -2, 3, 0.5f, 5, 6}, 2, 3),
              "a", Tensor.of(new byte[] {7, 8, 9}, 3),
              "steps", Tensor.of(new long[] {41}),
              "none", Tensor.of(new float[0], 0, 4)),
          Map.of("model", "vision", "classes", "[\"é\",\"\\\"\"]"));

  @Test
  void readsWhatItWrote() {
    assertThat(SafeTensors.read(SMALL.toBytes())).isEqualTo(SMALL);
  }

  @Test
  void writesTheBytesOfTheFormat() {
    var one = SafeTensors.of(Map.of("w", Tensor.of(new float[] {1.5f}, 1)), Map.of("k", "v"));

    byte[] bytes = one.toBytes();

    String header =
        "{\"__metadata__\":{\"k\":\"v\"},"
            + "\"w\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}";
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    int headerBytes = (int) buffer.getLong();
    assertThat(headerBytes % 8).isZero();
    assertThat(new String(bytes, 8, headerBytes, StandardCharsets.UTF_8).stripTrailing())
        .isEqualTo(header);
    assertThat(buffer.getFloat(8 + headerBytes)).isEqualTo(1.5f);
    assertThat(bytes).hasSize(8 + headerBytes + 4);
  }

  @Test
  void theOrderOfTheMapsDoesNotShowInTheBytes() {
    Map<String, Tensor> reversed = new LinkedHashMap<>();
    SMALL.tensors().reversed().forEach(reversed::put);

    byte[] bytes = SafeTensors.of(reversed, SMALL.metadata()).toBytes();

    assertThat(bytes).isEqualTo(SMALL.toBytes());
  }

  @Test
  void everyTensorIsAligned() {
    byte[] bytes = SMALL.toBytes();

    String header = new String(bytes, StandardCharsets.ISO_8859_1);

    assertThat(header.indexOf("\"steps\"")).isLessThan(header.indexOf("\"b\""));
    assertThat(header.indexOf("\"b\"")).isLessThan(header.indexOf("\"a\""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "504b030400000808000000000000| a ZIP archive, as torch.save writes .pt",
        "80025d7101| a Python pickle",
        "8004958100000000000000| a Python pickle",
        "080712077079746f726368| ONNX",
        "894844460d0a1a0a| HDF5",
        "934e554d5059010076| a NumPy array",
        "4747554603000000| GGUF",
        "1f8b08000000000000| compressed with gzip",
        "76657273696f6e2068747470733a2f2f6769742d6c66732e| a pointer of Git LFS",
        "3c21444f43545950452068746d6c3e| a web page",
        "7b226d65746164617461223a7b7d7d| JSON without the length",
      })
  void aFileOfAnotherFormatIsNamedWithWhatToDo(String start, String kind) {
    assertThatThrownBy(() -> SafeTensors.read(HexFormat.of().parseHex(start)))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessageStartingWith("not a safetensors file, but " + kind.strip());
  }

  @Test
  void aFileThatIsCutOffSaysSo() {
    byte[] whole = SMALL.toBytes();

    assertThatThrownBy(() -> SafeTensors.read(Arrays.copyOf(whole, whole.length - 1)))
        .hasMessageStartingWith(
            "the file is cut off: it has " + (whole.length - 1) + " of " + whole.length + " bytes");
    assertThatThrownBy(() -> SafeTensors.read(Arrays.copyOf(whole, 20)))
        .hasMessageStartingWith("the file is cut off: it ends within its header, after 12 of ");
    assertThatThrownBy(() -> SafeTensors.read(new byte[0])).hasMessage("the file is empty");
    assertThatThrownBy(() -> SafeTensors.read(new byte[] {1, 2, 3}))
        .hasMessage("not a safetensors file: it does not begin with the length of a header");
  }

  @Test
  void aMissingOrDifferentTensorIsNamed() {
    assertThatThrownBy(() -> SMALL.tensor("c", ElementType.F32, 1))
        .isInstanceOf(SafeTensorsException.class)
        .hasMessage("the tensor c is missing");
    assertThatThrownBy(() -> SMALL.tensor("b", ElementType.F32, 3, 2))
        .hasMessage("the tensor b is F32[2, 3], not F32[3, 2]");
    assertThatThrownBy(() -> SMALL.text("engine")).hasMessage("the metadata has no text engine");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{",
        "{} {}",
        "{\"a\":1}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}",
        "{\"a\":{\"dtype\":\"F16\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[4,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4294967297],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2147483647,2147483647,4],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[99999999999999999999],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[0,3]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[5],\"data_offsets\":[0,5]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[3],\"data_offsets\":[1,4]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4],\"x\":0}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":[2,4]}}",
        "{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]},"
            + "\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}",
        "{\"__metadata__\":{\"n\":1},\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}"
      })
  void refusesAHeaderThatDoesNotDescribeTheFourBytesAfterIt(String header) {
    byte[] file = file(header, new byte[4]);

    assertThatThrownBy(() -> SafeTensors.read(file)).isInstanceOf(SafeTensorsException.class);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 1, Long.MAX_VALUE, Long.MIN_VALUE, 100_000_001})
  void refusesAHeaderLengthBeyondTheFile(long length) {
    byte[] file = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(length).array();

    assertThatThrownBy(() -> SafeTensors.read(file)).isInstanceOf(SafeTensorsException.class);
  }

  @Property
  void bytesFromAnywhereAreReadOrRefusedButNothingElse(@ForAll @Size(max = 64) byte[] file) {
    readOrRefuse(file);
  }

  @Property
  void aFileWithAByteChangedOrItsEndCutOffIsReadOrRefused(
      @ForAll @IntRange(max = 300) int position, @ForAll byte value, @ForAll boolean cut) {
    byte[] file = SMALL.toBytes();
    int at = position % file.length;
    if (cut) {
      file = Arrays.copyOf(file, at);
    } else {
      file[at] = value;
    }

    readOrRefuse(file);
  }

  private static void readOrRefuse(byte[] file) {
    try {
      SafeTensors content = SafeTensors.read(file);
      assertThat(SafeTensors.read(content.toBytes())).isEqualTo(content);
    } catch (SafeTensorsException e) {
      assertThat(e.getMessage()).isNotBlank();
    }
  }

  private static byte[] file(String header, byte[] elements) {
    byte[] text = header.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(8 + text.length + elements.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putLong(text.length)
        .put(text)
        .put(elements)
        .array();
  }
}
