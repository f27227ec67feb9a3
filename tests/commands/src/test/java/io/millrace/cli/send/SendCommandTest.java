package io.millrace.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.runtime.records.EventHeaders;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.input.InputDecoder;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class SendCommandTest {

  private static final byte[] PNG = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n', 1};

  @TempDir Path folder;
  private final TestKafka kafka = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void picturesOfAFolderGoAsTheyAreUnderTheirPaths() throws Exception {
    Files.createDirectories(folder.resolve("cats"));
    Files.write(folder.resolve("cats/tom.png"), PNG);
    Files.write(folder.resolve("a.png"), PNG);

    CommandRun run = broker.run("send", "images", folder.toString());

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("sent 2 images");
    Map<String, ConsumerRecord<byte[], byte[]>> sent = sent(kafka.topics().images().name());
    assertThat(sent).containsOnlyKeys("a.png", "cats/tom.png");
    assertThat(sent.get("cats/tom.png").value()).isEqualTo(PNG);
    assertThat(EventHeaders.contentType(sent.get("a.png").headers())).isEqualTo("image/png");
    // Each event has an id of its own: the same file sent again is another event.
    assertThat(sent.values().stream().map(it -> EventHeaders.text(it.headers(), "ce_id")))
        .allMatch(Optional::isPresent)
        .doesNotHaveDuplicates()
        .doesNotContain(Optional.of("a.png"));
  }

  @Test
  void imageFilesOfOtherFormatsAreSentWithTheirContentType() throws Exception {
    Files.writeString(folder.resolve("tom.webp"), "RIFF....WEBPVP8L");
    Files.writeString(folder.resolve("page.avif"), "....ftypavif");

    CommandRun run = broker.run("send", "images", folder.toString());

    assertThat(run.err()).contains("page.avif: an AVIF file is not read: send PNG, JPEG, GIF");
    assertThat(
            EventHeaders.contentType(
                sent(kafka.topics().images().name()).get("tom.webp").headers()))
        .isEqualTo("image/webp");
  }

  @Test
  void whatCannotBeSentIsNamedAndTheRestIsSent() throws Exception {
    Files.write(folder.resolve("good.png"), PNG);
    Files.writeString(folder.resolve("bad.png"), "no picture");

    CommandRun run = broker.run("send", "images", folder.toString());

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out()).contains("sent 1 images");
    assertThat(run.err()).contains("bad.png: text, not an image");
  }

  @Test
  void imagesOfMnistHaveTheLabelsOfTheFileBesideThem() throws Exception {
    writeMnist("tiny-images-idx3-ubyte.gz", "tiny-labels-idx1-ubyte.gz", 5, 7);

    CommandRun run =
        broker.run(
            "send",
            "images",
            folder.resolve("tiny-images-idx3-ubyte.gz").toString(),
            "--limit",
            "2");

    assertThat(run.status()).isZero();
    Map<String, ConsumerRecord<byte[], byte[]>> sent = sent(kafka.topics().images().name());
    assertThat(sent).containsOnlyKeys("tiny/0", "tiny/1");
    Image second = valid(InputDecoder.DEFAULT.image(null, sent.get("tiny/1").value()));
    assertThat(second.getLabel()).isEqualTo("7");
    assertThat(second.getPixels().getWidth()).isEqualTo(3);
    assertThat(second.getPixels().getData().array()).containsExactly(1, 1, 1, 1, 1, 1);
  }

  @Test
  void labelsOfMnistAreThoseOfTheImagesBesideThem() throws Exception {
    writeMnist("tiny-images-idx3-ubyte", "tiny-labels-idx1-ubyte", 5, 7);

    broker.run("send", "labels", folder.resolve("tiny-labels-idx1-ubyte").toString());

    Label second =
        valid(
            InputDecoder.DEFAULT.label(
                null, null, sent(kafka.topics().labels().name()).get("tiny/1").value()));
    assertThat(second.getSubject()).isEqualTo("image/tiny/1");
    assertThat(second.getLabel()).isEqualTo("7");
  }

  @Test
  void aLineOfJsonIsADocumentWithItsIdAndLabel() throws Exception {
    Files.writeString(
        folder.resolve("mails.jsonl"),
        """
        {"id": "m1", "text": "cheap pills", "label": "spam"}
        {"text": "dinner at eight"}
        {"id": "m3"}
        nonsense
        """);

    CommandRun run =
        broker.run("send", "documents", folder.resolve("mails.jsonl").toString(), "--label", "ham");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("mails.jsonl:3: ").contains("text").contains("mails.jsonl:4: ");
    Map<String, ConsumerRecord<byte[], byte[]>> sent = sent(kafka.topics().documents().name());
    assertThat(sent).containsOnlyKeys("m1", "mails.jsonl/2");
    assertThat(document(sent.get("m1"))).isEqualTo(new Document("cheap pills", "spam"));
    assertThat(document(sent.get("mails.jsonl/2")))
        .isEqualTo(new Document("dinner at eight", "ham"));
  }

  @Test
  void aTextFileIsADocument() throws Exception {
    Path file = Files.writeString(folder.resolve("letter.txt"), "Dear miller,\nthe wheel turns.\n");

    broker.run("send", "documents", file.toString());

    assertThat(document(sent(kafka.topics().documents().name()).get("letter.txt")).getText())
        .isEqualTo("Dear miller,\nthe wheel turns.\n");
  }

  @Test
  void labelsComeFromCommaSeparatedLines() throws Exception {
    Path file =
        Files.writeString(
            folder.resolve("labels.csv"),
            "subject,label\nimage/3,cat\n\"document/a,b\",\"say \"\"ham\"\"\"\nimage/4\n");

    CommandRun run = broker.run("send", "labels", file.toString());

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("labels.csv:4: needs two fields");
    Map<String, ConsumerRecord<byte[], byte[]>> sent = sent(kafka.topics().labels().name());
    assertThat(valid(InputDecoder.DEFAULT.label(null, null, sent.get("3").value())))
        .isEqualTo(new Label("image/3", "cat"));
    assertThat(valid(InputDecoder.DEFAULT.label(null, null, sent.get("a,b").value())))
        .isEqualTo(new Label("document/a,b", "say \"ham\""));
  }

  @Test
  void keepsToTheRate() throws Exception {
    for (int i = 0; i < 6; i++) {
      Files.writeString(folder.resolve(i + ".txt"), "text");
    }
    long start = System.nanoTime();

    broker.run("send", "documents", folder.toString(), "--rate", "10/s");

    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(500_000_000L);
  }

  @Test
  void aPathThatIsNotThereIsWrongUsage() {
    CommandRun run = broker.run("send", "images", folder.resolve("nowhere").toString());

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains("nowhere");
  }

  @Test
  void foldersOfClassesAreSentInOneCommand() throws Exception {
    for (String name : new String[] {"cat/1.png", "cat/far/2.png", "dog/1.png", "dog/far/2.png"}) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.write(folder.resolve(name), PNG);
    }

    CommandRun run = broker.run("send", "images", folder.toString(), "--label-from-folder");

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("sent 4 images").contains("labels   cat 2, dog 2");
    Map<String, ConsumerRecord<byte[], byte[]>> sent = sent(kafka.topics().images().name());
    assertThat(sent).containsOnlyKeys("cat/1.png", "cat/far/2.png", "dog/1.png", "dog/far/2.png");
    assertThat(
            valid(InputDecoder.DEFAULT.image(null, sent.get("dog/far/2.png").value())).getLabel())
        .isEqualTo("dog");
  }

  @Test
  void textsInFoldersOfClassesAreSentInOneCommandOrOneByOne() throws Exception {
    for (String name : new String[] {"spam/1.txt", "ham/1.txt"}) {
      Files.createDirectories(folder.resolve(name).getParent());
      Files.writeString(folder.resolve(name), "text of " + name);
    }
    Files.writeString(folder.resolve("README.txt"), "about these mails");

    CommandRun run = broker.run("send", "documents", folder.toString(), "--label-from-folder");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("README.txt: lies in no folder below the given one");
    broker.run("send", "documents", folder.resolve("spam").toString(), "--label", "junk");
    broker.run("send", "documents", folder.resolve("ham").toString(), "--label", "fine");
    Map<String, ConsumerRecord<byte[], byte[]>> sent = sent(kafka.topics().documents().name());
    assertThat(sent).containsOnlyKeys("spam/1.txt", "ham/1.txt");
    assertThat(document(sent.get("spam/1.txt")))
        .isEqualTo(new Document("text of spam/1.txt", "junk"));
  }

  @Test
  void aFileInLatin1IsRefusedByLineOrReadByItsCharset() throws Exception {
    Path file =
        Files.write(
            folder.resolve("m.csv"),
            "text,label\nGrüße,ham\nplain,spam\n".getBytes(Charset.forName("windows-1252")));

    CommandRun refused = broker.run("send", "documents", file.toString());
    CommandRun skipped = broker.run("send", "documents", file.toString(), "--skip-refused");
    CommandRun read = broker.run("send", "documents", file.toString(), "--charset", "windows-1252");

    assertThat(refused.status()).isEqualTo(1);
    assertThat(refused.err()).contains("m.csv:2: not UTF-8: byte 3 of the line is 0xFC");
    assertThat(refused.out())
        .containsPattern("sent 1 documents to .* \\d+ bytes\\)")
        .contains("labels   spam 1")
        .contains("refused  1: not UTF-8 (" + file + ":2)");
    assertThat(skipped.status()).isZero();
    assertThat(read.status()).isZero();
    assertThat(document(sent(kafka.topics().documents().name()).get("m.csv/2")))
        .isEqualTo(new Document("Grüße", "ham"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "images . --as text|--as for images is one of json, jsonl, parquet, image, idx",
        "documents . --charset klingon|Java knows no charset named klingon",
        "documents . --label a --label-from-folder|exclude each other",
        "labels . --label-from-folder|apply to images and documents only",
        "documents pom.xml --label-from-folder|needs a folder",
        "documents . --delimiter ab|--delimiter must be one character",
      })
  void optionsThatContradictEachOtherAreWrongUsage(String arguments, String message) {
    CommandRun run = broker.run(("send " + arguments).split(" "));

    assertThat(run.status()).isEqualTo(2);
    assertThat(run.err()).contains(message);
  }

  @Test
  void theSecondRecordOfAnIdIsRefused() throws Exception {
    Path file = Files.writeString(folder.resolve("d.csv"), "id,text\n1,first\n1,second\n2,x\n");

    CommandRun run = broker.run("send", "documents", file.toString());
    CommandRun skipped = broker.run("send", "documents", file.toString(), "--skip-refused");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains(file + ":3: the id 1 occurs twice, first in " + file + ":2");
    assertThat(run.out())
        .contains("sent 2 documents")
        .contains("refused  1: id 1 occurs twice: " + file + ":2 and :3");
    assertThat(skipped.status()).isZero();
    assertThat(document(sent(kafka.topics().documents().name()).get("1")).getText())
        .isEqualTo("first");
  }

  @Test
  void theSecondImageOfAnIdIsRefusedInAnotherFileToo() throws Exception {
    String line = "{\"id\": 7, \"image\": \"" + Base64.getEncoder().encodeToString(PNG) + "\"}\n";
    Files.writeString(folder.resolve("a.jsonl"), line);
    Files.writeString(folder.resolve("b.jsonl"), line);

    CommandRun run = broker.run("send", "images", folder.toString());

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.out())
        .contains("sent 1 images")
        .containsPattern("id 7 occurs twice: .*a.jsonl:1 and .*b.jsonl:1");
  }

  @Test
  void theSecondLabelOfASubjectCorrectsTheFirst() throws Exception {
    Path file =
        Files.writeString(folder.resolve("l.csv"), "subject,label\nimage/3,cat\nimage/3,dog\n");

    assertThat(broker.run("send", "labels", file.toString()).status()).isZero();
    assertThat(
            valid(
                InputDecoder.DEFAULT.label(
                    null, null, sent(kafka.topics().labels().name()).get("3").value())))
        .isEqualTo(new Label("image/3", "dog"));
  }

  @Test
  void anEmptyFolderIsAFailure() {
    assertThat(broker.run("send", "images", folder.toString()).status()).isEqualTo(1);
  }

  private Map<String, ConsumerRecord<byte[], byte[]>> sent(String topic) {
    Map<String, ConsumerRecord<byte[], byte[]>> byKey = new TreeMap<>();
    for (ConsumerRecord<byte[], byte[]> record : kafka.committed(topic)) {
      byKey.put(new String(record.key(), StandardCharsets.UTF_8), record);
    }
    return byKey;
  }

  private static Document document(ConsumerRecord<byte[], byte[]> record) {
    return valid(
        InputDecoder.DEFAULT.document(EventHeaders.contentType(record.headers()), record.value()));
  }

  private static <T> T valid(Decoded<T> decoded) {
    return ((Decoded.Valid<T>) decoded).value();
  }

  /** Images of 3 x 2 pixels, each with its number as every pixel. */
  private void writeMnist(String images, String labels, int... given) throws IOException {
    try (var out = new DataOutputStream(file(images))) {
      for (int number : List.of(0x0803, given.length, 2, 3)) {
        out.writeInt(number);
      }
      for (int i = 0; i < given.length; i++) {
        for (int pixel = 0; pixel < 6; pixel++) {
          out.write(i);
        }
      }
    }
    try (var out = new DataOutputStream(file(labels))) {
      out.writeInt(0x0801);
      out.writeInt(given.length);
      for (int label : given) {
        out.write(label);
      }
    }
  }

  private OutputStream file(String name) throws IOException {
    OutputStream out = Files.newOutputStream(folder.resolve(name));
    return name.endsWith(".gz") ? new GZIPOutputStream(out) : out;
  }
}
