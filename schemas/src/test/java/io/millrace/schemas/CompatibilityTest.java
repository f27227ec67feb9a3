package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds every schema against the one last released ({@code src/test/resources/released}): what lies
 * on topics must stay readable, and readers of the last release must be able to read what this
 * build writes. Replace the released file only together with a release.
 */
final class CompatibilityTest {

  @ParameterizedTest
  @EnumSource(Schemas.class)
  void readsWhatTheLastReleaseWrote(Schemas schema) throws IOException {
    assertThat(compatibility(schema.schema(), released(schema)))
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }

  @ParameterizedTest
  @EnumSource(Schemas.class)
  void isReadByTheLastRelease(Schemas schema) throws IOException {
    assertThat(compatibility(released(schema), schema.schema()))
        .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
  }

  @Test
  void findsAnIncompatibleChange() {
    Schema written =
        new SchemaParser().parse("{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}").mainSchema();
    Schema reader =
        new SchemaParser()
            .parse(
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"a\",\"type\":\"int\"}]}")
            .mainSchema();

    assertThat(compatibility(reader, written)).isEqualTo(SchemaCompatibilityType.INCOMPATIBLE);
  }

  @ParameterizedTest
  @EnumSource(Schemas.class)
  void documentsEveryField(Schemas schema) {
    assertThat(schema.schema().getDoc()).isNotBlank();
    assertThat(schema.schema().getFields())
        .allSatisfy(field -> assertThat(field.doc()).as(field.name()).isNotBlank());
  }

  private static SchemaCompatibilityType compatibility(Schema reader, Schema writer) {
    return SchemaCompatibility.checkReaderWriterCompatibility(reader, writer).getType();
  }

  private static Schema released(Schemas schema) throws IOException {
    String file = "/released/" + schema.schema().getName() + ".json";
    try (InputStream json = CompatibilityTest.class.getResourceAsStream(file)) {
      assertThat(json).as(file).isNotNull();
      return new SchemaParser().parse(json).mainSchema();
    }
  }
}
