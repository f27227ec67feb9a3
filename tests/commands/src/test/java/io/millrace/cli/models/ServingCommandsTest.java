package io.millrace.cli.models;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.learning.tensors.SafeTensors;
import io.millrace.learning.tensors.Tensor;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.models.ModelVersion;
import io.millrace.runtime.models.ServingChange;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.runtime.models.TestModels;
import io.millrace.runtime.models.VersionId;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingDrift;
import io.millrace.schemas.avro.ServingEvidence;
import io.millrace.schemas.avro.ServingReason;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The commands that choose the version that answers. */
final class ServingCommandsTest {

  private final TestKafka kafka = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void aVersionIsPromotedRolledBackHeldAndFollowed() {
    publish(1, 2, 3);

    CommandRun promoted = models("promote", "vision", "2", "--by", "ada", "--note", "sharp");
    CommandRun newer = models("promote", "vision", "3");
    CommandRun back = models("rollback", "vision");
    CommandRun held = models("hold", "vision");
    CommandRun follows = models("follow", "vision", "--json");
    CommandRun heldAgain = models("hold", "vision");

    assertThat(promoted.out()).isEqualTo(line("version 2 of vision answers from now on"));
    assertThat(newer.out()).contains("version 3 of vision", "(before: version 2)");
    assertThat(back.out()).contains("version 2 of vision", "(before: version 3)");
    assertThat(held.out()).contains("version 2 of vision", "(before: version 3)");
    assertThat(follows.out())
        .contains("\"version\":null", "\"previous\":2", "\"reason\":\"FOLLOWED\"");
    assertThat(heldAgain.out()).contains("version 3 of vision", "(before: version 2)");
    assertThat(models("history", "vision").out().lines().map(it -> it.split(" +")[2]))
        .containsExactly("DECISION", "promoted", "promoted", "rolled", "held", "followed", "held");
    assertThat(models("history", "--json").out().lines().findFirst().orElseThrow())
        .contains("\"by\":\"ada\"", "\"note\":\"sharp\"", "\"version\":2", "\"time\":\"2");
    assertThat(models("history", "classifier").out()).contains("nothing was decided yet");
  }

  @Test
  void fromTheNewestARollbackGoesToTheOneBelowThatCanAnswer() {
    publish(1);
    publish(TestModels.version("vision", 2, List.of(), weights(Float.NaN)));
    publish(3);
    models("follow", "vision");

    CommandRun run = models("rollback", "vision");

    assertThat(run.out()).contains("version 1 of vision", "(before: version 3)");
  }

  @Test
  void listAndShowSayWhatAnswers() {
    publish(1, 2, 3);
    models("promote", "vision", "1");
    models("promote", "vision", "2");

    String manual = models("list", "vision").out();
    String newest = broker.run("models", "list", "vision").out();
    String json = models("list", "vision", "--json").out();
    String shown = models("show", "vision").out();

    assertThat(columns(manual)).containsExactly("SERVING", "before", "answers", "-");
    assertThat(columns(newest)).containsExactly("SERVING", "-", "-", "answers");
    assertThat(json.lines().toList().get(1))
        .contains("\"version\":2", "\"serving\":\"answers\"", "\"published\":\"2");
    assertThat(shown).contains("PROMOTED").containsPattern("version +2\n");
    assertThat(models("show", "vision", "3", "--json").out())
        .contains("\"version\":3", "\"answers\":false", "\"hasParts\":true");
    assertThat(models("show", "vision", "9").err()).contains("version 9 of vision", "models list");
    assertThat(models("show", "classifier").err()).contains("no version of classifier");
  }

  @Test
  void whatCannotBeDecidedIsRefusedWithWhatToDo() {
    publish(1, 2, 3);
    publish(TestModels.version("vision", 4, List.of(), weights(Float.NaN)));
    kafka.sendAll(ModelRecords.tombstones(kafka.topics().models().name(), "vision", 1, 1));

    assertRefused(models("hold", "vision"), "no version of vision answers yet", "promote vision");
    assertRefused(models("rollback", "vision"), "answers yet", "those with parts are 2, 3, 4");
    assertRefused(models("promote", "vision", "9"), "version 9 of vision is not published");
    assertRefused(
        models("promote", "vision", "1"),
        "the parts of version 1 of vision are deleted",
        "vision.models.retain",
        "those with parts are 2, 3, 4");
    assertRefused(models("promote", "vision", "4"), "cannot answer", "NaN or infinity");
    assertRefused(models("promote", "embedding", "1"), "scoring does not answer with embedding");
    assertRefused(
        broker.run("models", "promote", "vision", "2"),
        "scoring.vision.serving=newest",
        "-D scoring.vision.serving=manual");
    assertThat(models("promote", "vission", "2").status()).isEqualTo(2);
    assertThat(pointer()).isEmpty();
    models("promote", "vision", "2");
    assertRefused(
        models("rollback", "vision"), "no version of vision answered before version 2", "promote");
    assertThat(pointer().orElseThrow().version()).contains(new VersionId("vision", 2));
  }

  @Test
  void aVersionOfAVariantIsPromotedListedAndRolledBackFrom() {
    publish(1, 2);
    publish(TestModels.version("vision-wide", 7, List.of("a"), weights(7)));
    models("promote", "vision", "1");

    CommandRun promoted = models("promote", "vision-wide", "7");
    String listed = models("list", "vision").out();
    String wide = models("list", "vision-wide").out();
    String shown = models("show", "vision-wide").out();
    CommandRun back = models("rollback", "vision");
    CommandRun again = models("rollback", "vision");
    CommandRun follows = models("follow", "vision-wide");
    CommandRun leaves = models("rollback", "vision");

    assertThat(promoted.out())
        .isEqualTo(
            line("version 7 of vision-wide answers from now on (before: version 1 of vision)"));
    assertThat(columns(listed)).containsExactly("SERVING", "before", "-", "answers");
    assertThat(columns(wide)).containsExactly("SERVING", "answers");
    assertThat(shown).contains("PROMOTED").containsPattern("version +7\n");
    assertThat(back.out()).contains("version 1 of vision answers", "version 7 of vision-wide)");
    assertThat(again.out()).contains("version 7 of vision-wide answers", "version 1 of vision)");
    assertThat(follows.out()).contains("the newest version of vision-wide", "(before: version 7)");
    assertThat(leaves.out()).contains("version 7 of vision-wide answers");
    assertThat(models("history", "vision-wide").out())
        .contains("vision-wide@7", "newest of vision-wide");
    assertThat(models("history", "--json").out()).contains("\"servingModel\":\"vision-wide\"");
    assertRefused(models("hold", "vision-wide"), "models hold vision`");
    assertRefused(
        models("promote", "vision-wide", "8"), "version 8 of vision-wide is not published");
    assertThat(models("promote", "vision-Wide", "7").status()).isEqualTo(2);
  }

  @Test
  void ofARulesDecisionTheHistoryHasTheFigures() {
    var evidence =
        new ServingEvidence(
            "vision", 3L, "vision-wide", 5L, 9L, 2_800L, 21L, 157L, 122L, 1.2e5, 400.0);
    ServingChange.make(
        kafka.settings(Map.of()),
        "vision",
        _ ->
            Optional.of(
                new ServingDecision(
                    "vision",
                    9L,
                    3L,
                    ServingReason.RULE,
                    "scoring",
                    "",
                    "vision-wide",
                    "",
                    evidence,
                    null)));

    String table = models("history").out();

    assertThat(table)
        .contains(
            "rule",
            "vision-wide@9",
            "only vision-wide right: 157, only vision@3 right: 21, both: 2,800, neither: 122;"
                + " evidence 1.20e+05 of 400");
    assertThat(models("history", "--json").out())
        .contains("\"evidence\":{", "\"onlyChallenger\":157", "\"eValue\":120000.0");
  }

  @Test
  void ofADriftTheHistoryHasTheFigures() {
    ServingChange.make(
        kafka.settings(Map.of()),
        "vision",
        _ ->
            Optional.of(
                new ServingDecision(
                    "vision",
                    5L,
                    9L,
                    ServingReason.DRIFT,
                    "scoring",
                    "the input has drifted",
                    "",
                    "",
                    null,
                    new ServingDrift("input", 1.354, 0.5, 1_000))));

    assertThat(models("history").out())
        .contains("drift", "input: index 1.35, threshold 0.500, window of 1,000 records");
    assertThat(models("history", "--json").out())
        .contains("\"reason\":\"DRIFT\"", "\"drift\":{\"signal\":\"input\",\"index\":1.354");
  }

  @Test
  void aVersionThatDoesNotMatchItsDigestIsRefused() {
    var records = TestModels.records(kafka, TestModels.version("vision", 1, List.of(), weights(1)));
    records.getFirst().value()[20] ^= 1;
    kafka.sendAll(records);

    assertRefused(models("promote", "vision", "1"), "does not match its SHA-256");
  }

  private static void assertRefused(CommandRun run, String... reasons) {
    assertThat(run.status()).as(run.out()).isEqualTo(1);
    assertThat(run.err()).contains(reasons);
  }

  private static Stream<String> columns(String table) {
    return table.lines().map(line -> line.split(" +")[2]);
  }

  private CommandRun models(String... command) {
    Stream<String> manual = Stream.of("-D", "scoring.vision.serving=manual");
    return broker.run(
        Stream.of(Stream.of("models"), Arrays.stream(command), manual)
            .flatMap(it -> it)
            .toArray(String[]::new));
  }

  private Optional<ServingPointer> pointer() {
    return Optional.ofNullable(ServingPointer.read(kafka.settings(Map.of())).get("vision"));
  }

  private void publish(long... versions) {
    for (long version : versions) {
      publish(TestModels.version("vision", version, List.of("a"), weights(version)));
    }
  }

  private void publish(ModelVersion version) {
    kafka.sendAll(TestModels.records(kafka, version));
  }

  private static byte[] weights(float number) {
    return SafeTensors.of(Map.of("w", Tensor.of(new float[] {number}, 1)), Map.of()).toBytes();
  }

  private static String line(String text) {
    return text + System.lineSeparator();
  }
}
