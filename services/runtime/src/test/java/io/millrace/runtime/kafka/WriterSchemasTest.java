package io.millrace.runtime.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.TomorrowsBuild;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.CompatibleBuild;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.Schemas;
import io.millrace.schemas.WriterSchemas;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.Scope;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.RandomData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Records of builds that come later, and of those before. */
@Execution(ExecutionMode.SAME_THREAD) // What is written for is said of the whole process.
final class WriterSchemasTest {

  @ParameterizedTest
  @EnumSource(Schemas.class)
  <T extends SpecificRecordBase> void aRecordOfALaterBuildIsReadWithoutWhatItAdds(Schemas schema) {
    T record = random(schema);
    AvroCodec<T> codec = codec(schema);

    try (var tomorrow = new TomorrowsBuild()) {
      byte[] later = tomorrow.encode(record);

      assertThat(codec.decode(later)).isEqualTo(Decoded.valid(record));
      assertThat(AvroCodec.nameOf(later)).contains(schema.schema().getName());
      assertThat(codec.inOwnSchema(later)).isEqualTo(codec.encode(record));
    }
  }

  @ParameterizedTest
  @EnumSource(Schemas.class)
  <T extends SpecificRecordBase> void whatIsWrittenForAnEarlierBuildHasItsSchema(Schemas schema) {
    T record = random(schema);
    AvroCodec<T> codec = codec(schema);
    for (CompatibleBuild build : CompatibleBuild.all()) {
      Schema theirs = build.schemas().get(schema.schema().getName());
      CompatibleBuild.writeFor(build.name());
      byte[] own = codec.encode(record);
      byte[] handMade;
      try {
        handMade = codec.asWritten(codec.inOwnSchema(own));
      } finally {
        CompatibleBuild.writeFor("");
      }

      // A record that the build does not have is written as it is: nobody there reads it.
      assertThat(AvroCodec.fingerprint(own))
          .isEqualTo(
              SchemaNormalization.parsingFingerprint64(theirs == null ? schema.schema() : theirs));
      assertThat(handMade).isEqualTo(own);
      assertThat(codec.decode(own)).isInstanceOf(Decoded.Valid.class);
    }
  }

  @Test
  void aSymbolOfALaterBuildBecomesTheDefault() throws Exception {
    Schema later = TomorrowsBuild.tomorrow(AvroCodec.of(Evaluation.class).schema());
    GenericRecord record = (GenericRecord) new RandomData(later, 1, 7L).iterator().next();
    // A branch of a union that only a later build has is refused, not replaced.
    later.getFields().stream()
        .filter(field -> field.schema().isNullable())
        .forEach(field -> record.put(field.pos(), null));
    record.put("scope", new GenericData.EnumSymbol(later.getField("scope").schema(), "TOMORROW"));

    try (var _ =
        WriterSchemas.lookIn(fingerprint ->
            fingerprint == SchemaNormalization.parsingFingerprint64(later)
                ? Optional.of(later.toString())
                : Optional.empty())) {
      assertThat(AvroCodec.of(Evaluation.class).decodeOrThrow(TomorrowsBuild.encode(record)))
          .extracting(Evaluation::getScope)
          .isEqualTo(Scope.SEEN);
    }
  }

  @Test
  void aSchemaThatIsFoundNowhereIsNamedInTheReason() {
    byte[] bytes = AvroCodec.of(Label.class).encode(new Label("image/1", "7"));
    bytes[2] ^= 1;

    assertThat(AvroCodec.of(Label.class).decode(bytes))
        .isInstanceOfSatisfying(
            Decoded.Invalid.class,
            it ->
                assertThat(it.reason())
                    .contains("fingerprint " + WriterSchemas.hex(AvroCodec.fingerprint(bytes)))
                    .contains("the topic schemas"));
  }

  @Test
  void whatIsFiledUnderAnotherFingerprintOrNestedWithoutEndIsNotUsed() {
    String endless = "{\"type\":\"array\",\"items\":".repeat(50_000);
    var asked = new AtomicInteger();
    for (String text :
        List.of("no schema", "\"string\"", endless, "{\"type\":\"record\",\"name\":\"X\"}")) {
      try (var _ =
          WriterSchemas.lookIn(fingerprint -> {
            if (fingerprint != 4711) {
              return Optional.empty(); // Somebody else in this process has asked.
            }
            asked.incrementAndGet();
            return Optional.of(text);
          })) {
        assertThat(WriterSchemas.find(4711)).isEmpty();
      }
    }
    assertThat(asked).hasValue(4);
  }

  @Test
  void aPredictionWhoseReasonIsOfALaterBuildIsRead() throws Exception {
    Schema later = TomorrowsBuild.tomorrow(AvroCodec.of(Prediction.class).schema());
    GenericRecord record = (GenericRecord) new RandomData(later, 1, 7L).iterator().next();
    Schema reason =
        later.getField("reason").schema().getTypes().stream()
            .filter(it -> it.getType() == Schema.Type.ENUM)
            .findFirst()
            .orElseThrow();
    for (String field : List.of("label", "reconstructionError", "givenLabel", "anomaly")) {
      record.put(field, null);
    }
    record.put("reason", new GenericData.EnumSymbol(reason, "TOMORROW"));

    try (var _ = WriterSchemas.lookIn(_ -> Optional.of(later.toString()))) {
      assertThat(AvroCodec.of(Prediction.class).decodeOrThrow(TomorrowsBuild.encode(record)))
          .extracting(it -> it.getReason().name())
          .isEqualTo("OTHER");
    }
  }

  /** Any record of a type, the same at every call. */
  private static <T extends SpecificRecordBase> T random(Schemas schema) {
    try {
      Schema own = WriterSchemasTest.<T>codec(schema).schema();
      GenericRecord generic = (GenericRecord) new RandomData(own, 1, 41L, true).iterator().next();
      byte[] bytes = TomorrowsBuild.encode(generic);
      return new SpecificDatumReader<T>(own)
          .read(null, DecoderFactory.get().binaryDecoder(bytes, 10, bytes.length - 10, null));
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @SuppressWarnings("unchecked")
  private static <T extends SpecificRecordBase> AvroCodec<T> codec(Schemas schema) {
    return AvroCodec.of((Class<T>) schema.type());
  }
}
