package io.millrace.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.cli.Main;
import io.millrace.cli.dataset.LabelledImages;
import io.millrace.cli.demo.data.DemoData;
import io.millrace.cli.demo.data.Mail;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole of it, on little data: a broker, all services, the report. */
final class DemoCommandTest {

  private static final Path DATA = Path.of("../../data");
  private static final int TRAINING = 700;
  private static final int HELD_OUT = 150;
  private static final int MAILS = 60;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path folder;

  @Test
  void everyRecordIsLearnedFromAndAnsweredOnceAndTheReportSaysSo() throws IOException {
    Path data = little();
    Path results = folder.resolve("results");

    int status = run("demo", "--data", data.toString(), "--dir", results.toString());

    assertThat(err.toString()).isEmpty();
    assertThat(status).isZero();
    JsonNode summary = new ObjectMapper().readTree(results.resolve("summary.json").toFile());
    assertThat(summary.at("/mnist/trained").asInt() + summary.at("/mnist/rest").asInt())
        .isEqualTo(TRAINING);
    assertThat(summary.at("/mnist/rest").asInt()).isZero();
    assertThat(summary.at("/mnist/predictions").asInt()).isEqualTo(TRAINING + HELD_OUT);
    assertThat(summary.at("/mnist/repeatedPredictions").asInt()).isZero();
    assertThat(summary.at("/mnist/testAccuracy").asDouble()).isBetween(0.5, 1.0);
    assertThat(summary.at("/mnist/testVersions")).hasSize(1);
    assertThat(summary.at("/mnist/prequentialAccuracy").asDouble()).isBetween(0.2, 1.0);
    assertThat(summary.at("/mnist/reconstructionMse").asDouble()).isBetween(0.001, 0.1);
    assertThat(summary.at("/spam/trained").asInt()).isEqualTo(MAILS);
    assertThat(summary.at("/spam/predictions").asInt()).isEqualTo(MAILS);
    assertThat(summary.at("/learningSeconds").asDouble())
        .isPositive()
        .isLessThanOrEqualTo(summary.at("/seconds").asDouble());
    assertThat(summary.at("/processorSeconds").asDouble()).isPositive();
    assertThat(summary.at("/strongestTerms/terms")).isNotEmpty();
    assertThat(summary.at("/vision/version").asInt()).isPositive();
    assertThat(results.resolve("reconstructions.png")).isNotEmptyFile();
    assertThat(results.resolve("accuracy.png")).isNotEmptyFile();
    assertThat(out.toString()).contains("held-out accuracy", "none twice", "Strongest terms");
    assertThat(out.toString()).containsPattern("See it learn: http://localhost:[1-9][0-9]*/\\R");
  }

  @Test
  void missingDataIsAFailureThatSaysWhatToDo() {
    int status = run("demo", "--data", folder.resolve("nowhere").toString());

    assertThat(status).isEqualTo(1);
    assertThat(err.toString()).contains("nowhere").contains("--data");
  }

  private int run(String... args) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), args);
  }

  /** The data that ships, but little of it. */
  private Path little() throws IOException {
    DemoData all = DemoData.read(DATA);
    Path mnist = Files.createDirectories(folder.resolve("data/mnist"));
    Path spam = Files.createDirectories(folder.resolve("data/spam-assassin"));
    write(mnist, "train", all.training().first(TRAINING));
    write(mnist, "t10k", all.heldOut().first(HELD_OUT));
    List<Mail> mails = Mail.everyNth(100, all.mails()).subList(0, MAILS);
    try (var lines = new GZIPOutputStream(Files.newOutputStream(spam.resolve("mails.jsonl.gz")))) {
      for (Mail mail : mails) {
        String line = new ObjectMapper().writeValueAsString(mail) + "\n";
        lines.write(line.getBytes(StandardCharsets.UTF_8));
      }
    }
    return folder.resolve("data");
  }

  private static void write(Path folder, String name, LabelledImages digits) throws IOException {
    try (var images = gzipped(folder.resolve(name + "-images-idx3-ubyte.gz"));
        var labels = gzipped(folder.resolve(name + "-labels-idx1-ubyte.gz"))) {
      for (int number : List.of(0x0803, digits.count(), digits.height(), digits.width())) {
        images.writeInt(number);
      }
      images.write(digits.pixels());
      labels.writeInt(0x0801);
      labels.writeInt(digits.count());
      labels.write(digits.labels());
    }
  }

  private static DataOutputStream gzipped(Path file) throws IOException {
    return new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)));
  }
}
