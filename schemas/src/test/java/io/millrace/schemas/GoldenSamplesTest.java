package io.millrace.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.CheckpointManifest;
import io.millrace.schemas.avro.DocumentFrequencies;
import io.millrace.schemas.avro.Evaluation;
import io.millrace.schemas.avro.Judgement;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.NoLabelReason;
import io.millrace.schemas.avro.Prediction;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.Source;
import io.millrace.schemas.avro.Tally;
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

  @Test
  void readsAPredictionOfBeforeTheReason() {
    Prediction prediction =
        earlier(
            Prediction.class,
            "c301619b2eae0c8aa76d10696d6167652f3137020237000000000000e83f04023700"
                + "0000000000e83f9a9999999999f13f0231000000000000d03f000000000000000000"
                + "0c766973696f6e0e027b14ae47e17a843f000c696d61676573069693d89fee4702ae"
                + "47e17a14aeef3f");

    assertThat(prediction.getReason()).isNull();
    assertThat(prediction.getLabel()).isEqualTo("7");
    assertThat(prediction.getAnomaly()).isEqualTo(0.99);
  }

  @Test
  void readsAPredictionWithoutALabelAndItsReason() {
    Prediction none =
        new Prediction(
            "document/d",
            null,
            0.0,
            List.of(),
            "classifier",
            3L,
            null,
            null,
            new Source("documents", 0, 1L),
            null,
            NoLabelReason.NO_KNOWN_TERM);
    AvroCodec<Prediction> codec = AvroCodec.of(Prediction.class);

    assertThat(codec.decodeOrThrow(codec.encode(none))).isEqualTo(none);
  }

  @Test
  void countsWhatTheEvaluationStoredBeforeItKnewOfUnansweredPredictions() {
    Judgement judgement =
        earlier(
            Judgement.class,
            "c301c78678f559bd1e1b0c766973696f6e0e0c696d61676573069693d89fee4780a0"
                + "d5edee6601000000000000e03f18");
    Tally tally = earlier(Tally.class, "c3013606ff83dd050368080600000000000000400000000000004840");
    Evaluation evaluation =
        earlier(
            Evaluation.class,
            "c301ed25c11863f0d2f40c766973696f6e0e0080a0d5edee66c0c9dcedee66080600"
                + "0000000000e83f000000000000e03f00000000000028401410c801b4010000000000"
                + "00d03f");

    assertThat(judgement.getAnswered()).isTrue();
    assertThat(tally).isEqualTo(tally(0));
    assertThat(evaluation.getModelCount()).isEqualTo(100);
    assertThat(evaluation.getModelUnanswered()).isZero();
  }

  @Test
  void countsWhatTheEvaluationStoredBeforeItKeptDetails() {
    Judgement judgement =
        earlier(
            Judgement.class,
            "c30182924ade9768e9010c766973696f6e0e0c696d61676573069693d89fee4780a0d5"
                + "edee6601000000000000e03f18011a636c75737465722f746f706963");
    Tally tally =
        earlier(Tally.class, "c301ab940c60ce997f010806000000000000004000000000000048400c");
    Evaluation evaluation =
        earlier(
            Evaluation.class,
            "c301a686275b95ec949c0c766973696f6e0e0080a0d5edee66c0c9dcedee6608060000"
                + "00000000e83f000000000000e03f00000000000028401410c801b401000000000000d0"
                + "3f040a0e");

    assertThat(judgement.getSourceTopicId()).isEqualTo("cluster/topic");
    assertThat(judgement.getLabel()).isEmpty();
    assertThat(judgement.getConfidence()).isEqualTo(-1);
    assertThat(judgement.getLabelIndex()).isEqualTo(-1);
    assertThat(tally).isEqualTo(tally(6));
    assertThat(evaluation.getModelUnanswered()).isEqualTo(7);
    assertThat(evaluation.getVersionDetails()).isNull();
    assertThat(evaluation.getModelRecent()).isNull();
  }

  @Test
  void takesAJudgementOfBeforeChallengersForOneOfWhatWasServed() {
    Judgement judgement =
        earlier(
            Judgement.class,
            "c3012c9b3e12cc45e5e80c766973696f6e0e0c696d61676573069693d89fee4780a0d5"
                + "edee6601000000000000e03f18011a636c75737465722f746f70696302370237000000"
                + "000000e43f0c6265726c696e0202");

    assertThat(judgement.getChallenger()).isEmpty();
    assertThat(judgement.getSlice()).isEqualTo("berlin");
    assertThat(judgement.getPredictedIndex()).isEqualTo(1);
  }

  /** The sums of a build that kept no details. */
  private static Tally tally(long unanswered) {
    return new Tally(4L, 3L, 2.0, 48.0, unanswered, 0L, 0L, List.of(), List.of(), List.of());
  }

  @Test
  void readsACheckpointManifestOfBeforeTheLastCut() {
    CheckpointManifest manifest =
        earlier(
            CheckpointManifest.class,
            "c301e491cfb38a0995d90c766973696f6e0e02060222766973696f6e2e62617463682e73697a65"
                + "04363400020c696d61676573069693d89fee47000018");

    assertThat(manifest.getTaken()).isEqualTo(12);
    assertThat(manifest.getLastCut()).isEqualTo(-1);
  }

  @Test
  void readsAModelManifestOfBeforeTheChain() {
    ModelManifest manifest =
        earlier(
            ModelManifest.class,
            "c301d976b2e0464180430c766973696f6e0e020480897a8001653362306334343239386663"
                + "31633134396166626634633839393666623932343237616534316534363439623933346361"
                + "3439353939316237383532623835358007040230023100021c696d6167652d6578616d706c"
                + "6573000080071a636c75737465722f746f706963000222766973696f6e2e62617463682e73"
                + "697a650436340002106163637572616379000000000000e03f00020c656e67696e6508646c"
                + "346a00");

    assertThat(manifest.getVersion()).isEqualTo(7);
    assertThat(manifest.getParent()).isNull();
    assertThat(manifest.getExamples()).isEmpty();
    assertThat(manifest.getChain()).isEmpty();
  }

  @Test
  void readsADecisionOfBeforeVariants() {
    ServingDecision decision =
        earlier(
            ServingDecision.class,
            "c301b44407a00e21db9f0c766973696f6e020e021208066164610e626c7572726564");

    assertThat(decision.getVersion()).isEqualTo(7);
    assertThat(decision.getServingModel()).isEmpty();
    assertThat(decision.getPreviousModel()).isEmpty();
    assertThat(decision.getEvidence()).isNull();
  }

  @Test
  void readsADecisionOfBeforeDrifts() {
    ServingDecision decision =
        earlier(
            ServingDecision.class,
            "c3013d443c56bb9026b20c766973696f6e020e021208066164610e626c757272656416766973696f6e2d"
                + "7769646500020c766973696f6e1216766973696f6e2d776964650a0eb4010218060000000000803940"
                + "0000000000003440");

    assertThat(decision.getServingModel()).isEqualTo("vision-wide");
    assertThat(decision.getEvidence().getOnlyChallenger()).isEqualTo(12);
    assertThat(decision.getDrift()).isNull();
  }

  private static <T extends SpecificRecordBase> T earlier(Class<T> type, String hex) {
    return AvroCodec.of(type).decodeOrThrow(HexFormat.of().parseHex(hex));
  }

  private static String golden(Schemas schema) throws IOException {
    String file = "/golden/" + schema.schema().getName() + ".hex";
    try (InputStream hex = GoldenSamplesTest.class.getResourceAsStream(file)) {
      assertThat(hex).as(file).isNotNull();
      return new String(hex.readAllBytes(), StandardCharsets.US_ASCII).strip();
    }
  }
}
