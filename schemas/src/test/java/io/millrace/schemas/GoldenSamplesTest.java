package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.Prediction;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import org.apache.avro.specific.SpecificRecordBase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The bytes on topics, fixed: {@code src/test/resources/golden} holds them in hexadecimal. */
final class GoldenSamplesTest {

  @ParameterizedTest
  @EnumSource(Schemas.class)
  <T extends SpecificRecordBase> void encodesToTheGoldenBytesAndBack(Schemas schema)
      throws IOException {
    @SuppressWarnings("unchecked")
    AvroCodec<T> avro = AvroCodec.of((Class<T>) schema.type());
    @SuppressWarnings("unchecked")
    T sample = (T) GoldenSamples.of(schema);

    byte[] encoded = avro.encode(sample);

    assertThat(HexFormat.of().formatHex(encoded)).isEqualTo(golden(schema));
    assertThat(avro.decode(encoded)).isEqualTo(Decoded.valid(sample));
  }

  @ParameterizedTest
  @CsvSource({
    "c3011f3d6552652b44de540406666f78067265640004025000, 0, -1, 0, 0",
    "c301171437f1bc57aff1540406666f780672656400040250000680a0d5edee66, 3, 1767225600000, 0, 0",
    "c3014a8c451318ddadf3540406666f780672656400040250000680a0d5edee662422, 3, 1767225600000, 18, 17"
  })
  void readsWhatAnEarlierSchemaWrote(
      String hex, long evicted, long latest, long acknowledged, long refreshed) {
    byte[] earlier = HexFormat.of().parseHex(hex);

    assertThat(AvroCodec.of(DocumentFrequencies.class).decodeOrThrow(earlier))
        .isEqualTo(
            new DocumentFrequencies(
                42L,
                List.of("fox", "red"),
                List.of(1L, 40L),
                evicted,
                latest,
                acknowledged,
                refreshed,
                0L));
    assertThat(AvroCodec.nameOf(earlier)).contains("DocumentFrequencies");
  }

  @Test
  void readsAPredictionOfBeforeTheAnomaly() {
    byte[] earlier =
        HexFormat.of()
            .parseHex(
                "c301e84163d82282b79910696d6167652f3137020237000000000000e83f04023700"
                    + "0000000000e83f9a9999999999f13f0231000000000000d03f0000000000000000"
                    + "000c766973696f6e0e027b14ae47e17a843f000c696d61676573069693d89fee47");

    Prediction prediction = AvroCodec.of(Prediction.class).decodeOrThrow(earlier);

    assertThat(prediction.getAnomaly()).isNull();
    assertThat(prediction.getSubject()).isEqualTo("image/17");
    assertThat(prediction.getReconstructionError()).isEqualTo(0.01);
  }

  private static String golden(Schemas schema) throws IOException {
    String file = "/golden/" + schema.schema().getName() + ".hex";
    try (InputStream hex = GoldenSamplesTest.class.getResourceAsStream(file)) {
      assertThat(hex).as(file).isNotNull();
      return new String(hex.readAllBytes(), StandardCharsets.US_ASCII).strip();
    }
  }
}
