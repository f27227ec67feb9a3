package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.WordVector;
import java.util.List;
import org.junit.jupiter.api.Test;

final class WordVectorWriterTest {

  private final WordVectorWriter writer = new WordVectorWriter();

  @Test
  void writesTheBytesOfTheSchema() {
    AvroCodec<WordVector> avro = AvroCodec.of(WordVector.class);

    assertThat(writer.write(new float[] {1, -0.5f, Float.MIN_VALUE}, 300, 1L << 40))
        .isEqualTo(
            avro.encode(new WordVector(List.of(1f, -0.5f, Float.MIN_VALUE), 300L, 1L << 40)));
    assertThat(writer.write(new float[0], 0, -1))
        .isEqualTo(avro.encode(new WordVector(List.of(), 0L, -1L)));
  }
}
