package io.millrace.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Subject;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SendSummaryTest {

  private final SendSummary summary = new SendSummary();
  @TempDir Path folder;

  @Test
  void theMostFrequentLabelsComeFirst() throws Exception {
    send(3, "ham");
    send(5, "spam");
    send(2, null);

    assertThat(printed()).containsExactly("labels   spam 5, ham 3, none in 2");
  }

  @Test
  void theListOfLabelsIsBounded() throws Exception {
    for (int i = 0; i < 25_000; i++) {
      send(1, "label " + i);
    }

    assertThat(printed())
        .singleElement()
        .asString()
        .endsWith(", and very many more")
        .hasSizeLessThan(200);
  }

  @Test
  void refusalsAreCountedByReasonWithTheFirstPlaces() throws Exception {
    for (int i = 1; i <= 5; i++) {
      summary.refused(
          "a.csv:" + i, "not UTF-8: byte " + i + " of the line is 0xE" + i + ": read it");
    }
    summary.refused("b.csv:1", "needs two fields, has 3: put");
    summary.refused("b.csv:2", "needs two fields, has 4: put");

    assertThat(printed())
        .containsExactly(
            "refused  5: not UTF-8 (a.csv:1, a.csv:2, a.csv:3, and 2 more)",
            "refused  2: for example needs two fields, has 3 (b.csv:1, b.csv:2)");
  }

  @Test
  void aReasonIsShownInItsOwnWords() throws Exception {
    summary.refused("c.csv:1", "needs 3 fields, has 5: put");
    summary.refused("c.csv:2", "needs 3 fields, has 5: put");
    summary.refused("d.csv:1", "a quoted field (with \"quotes\") is not closed: double them");

    assertThat(printed())
        .containsExactly(
            "refused  2: needs 3 fields, has 5 (c.csv:1, c.csv:2)",
            "refused  1: a quoted field (with \"quotes\") is not closed (d.csv:1)");
  }

  @Test
  void idsThatOccurTwiceAreNamedWithBothPlaces() throws Exception {
    for (int i = 1; i <= 5; i++) {
      summary.repeated("m" + i, "a.csv:2", i == 2 ? "b.csv:7" : "a.csv:" + (i + 2));
    }

    assertThat(printed())
        .containsExactly(
            "refused  5: id m1 occurs twice: a.csv:2 and :3; id m2 occurs twice: a.csv:2 and"
                + " b.csv:7; id m3 occurs twice: a.csv:2 and :5; and 2 more");
  }

  @Test
  void whatIsPassedOverIsNamed() throws Exception {
    Files.writeString(folder.resolve(".DS_Store"), "x");
    Files.createDirectories(folder.resolve("dogs"));

    assertThat(printed())
        .containsExactly("hidden   1 not sent: .DS_Store", "empty    1 not sent: dogs");
  }

  private void send(int times, String label) {
    for (int i = 0; i < times; i++) {
      summary.sent(
          new InputRecord(
              "a.csv:1",
              "id",
              new byte[3],
              "text/plain",
              Subject.document("id"),
              Optional.empty(),
              Optional.ofNullable(label)));
    }
  }

  private String[] printed() throws Exception {
    var out = new StringWriter();
    summary.print(new PrintWriter(out, true), new InputFolder(folder, Reading.options()));
    return out.toString().lines().toArray(String[]::new);
  }
}
