package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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

  /**
   * Every build reads the records of every other: what an earlier build writes, and, by the topic
   * of schemas, what this one writes. An encoder for an earlier build relies on the order of
   * fields.
   */
  @ParameterizedTest
  @EnumSource(Schemas.class)
  void isReadByCompatibleBuildsAndReadsTheirs(Schemas schema) {
    for (CompatibleBuild build : CompatibleBuild.all()) {
      Schema earlier = build.schemas().get(schema.schema().getName());
      if (earlier == null) {
        continue; // A record that it does not have.
      }
      assertThat(compatibility(schema.schema(), earlier))
          .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
      assertThat(compatibility(earlier, schema.schema()))
          .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
      assertThat(records(schema.schema()))
          .allSatisfy((name, fields) -> {
            List<String> then = records(earlier).get(name);
            if (then != null) {
              assertThat(fields)
                  .as("new fields of %s stand at its end", name)
                  .startsWith(then.toArray(String[]::new));
            }
          });
    }
  }

  @ParameterizedTest
  @EnumSource(Schemas.class)
  void givesEveryEnumADefaultForSymbolsOfLaterBuilds(Schemas schema) {
    assertThat(named(schema.schema()))
        .filteredOn(it -> it.getType() == Schema.Type.ENUM)
        .allSatisfy(it -> assertThat(it.getEnumDefault()).as(it.getName()).isNotNull());
  }

  /** The names of the fields of a record and of all records in it, by its name. */
  private static Map<String, List<String>> records(Schema schema) {
    return named(schema).stream()
        .filter(it -> it.getType() == Schema.Type.RECORD)
        .collect(
            Collectors.toMap(
                Schema::getName, it -> it.getFields().stream().map(Schema.Field::name).toList()));
  }

  /** All types with names in a schema, itself included. */
  private static Set<Schema> named(Schema schema) {
    Set<Schema> named = new LinkedHashSet<>();
    collect(schema, named);
    return named;
  }

  private static void collect(Schema schema, Set<Schema> to) {
    switch (schema.getType()) {
      case RECORD -> {
        if (to.add(schema)) {
          schema.getFields().forEach(field -> collect(field.schema(), to));
        }
      }
      case ENUM, FIXED -> to.add(schema);
      case ARRAY -> collect(schema.getElementType(), to);
      case MAP -> collect(schema.getValueType(), to);
      case UNION -> schema.getTypes().forEach(type -> collect(type, to));
      default -> {}
    }
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
