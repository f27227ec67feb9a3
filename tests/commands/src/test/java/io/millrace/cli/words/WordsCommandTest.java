package io.millrace.cli.words;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.BrokerCommands;
import io.millrace.cli.CommandRun;
import io.millrace.runtime.models.ModelRecords;
import io.millrace.runtime.testing.TestKafka;
import io.millrace.schemas.avro.ModelManifest;
import io.millrace.schemas.avro.WordVector;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands that ask the word vectors. */
final class WordsCommandTest {

  @TempDir private Path folder;
  private final TestKafka kafka = new TestKafka();
  private final BrokerCommands broker = new BrokerCommands(kafka);

  @BeforeEach
  void begin() {
    word("money", 5, 1, 0);
    word("cash", 30, 0.9f, 0.1f);
    word("rain", 20, 0, 1);
  }

  @AfterEach
  void end() {
    kafka.close();
  }

  @Test
  void theNearestWordsComeFirst() {
    CommandRun run = words("nearest", "Money", "-k", "2");

    assertThat(run.status()).isZero();
    assertThat(cells(run))
        .containsExactly("WORD SIMILARITY COUNT", "cash 0.9939 30", "rain 0.0000 20");
    assertThat(run.err()).isEmpty();
  }

  @Test
  void theNearestToAVectorAreFound() throws IOException {
    Path file = Files.writeString(folder.resolve("v"), "0 1\n");

    assertThat(cells(words("nearest", "--vector", "0,1", "-k", "1"))).contains("rain 1.0000 20");
    assertThat(cells(words("nearest", "--vector", "@" + file, "-k", "1")))
        .contains("rain 1.0000 20");
    assertThat(words("nearest", "--vector", "0,1", "-k", "1", "--json").out())
        .isEqualToIgnoringNewLines(
            "{\"vector\":[0.0,1.0],\"nearest\":[{\"word\":\"rain\",\"similarity\":1.0,\"count\":20}]}");
  }

  @Test
  void anAnalogyIsCompleted() {
    word("storm", 4, 0.1f, 0.9f);

    assertThat(cells(words("analogy", "money", "cash", "rain", "-k", "1")))
        .element(1)
        .asString()
        .startsWith("storm");
    assertThat(words("analogy", "money", "cash", "Rain", "--json").out())
        .startsWith("{\"a\":\"money\",\"b\":\"cash\",\"c\":\"rain\",\"nearest\":[");
  }

  @Test
  void similarityIsOneNumber() {
    assertThat(words("similarity", "money", "cash").out()).isEqualToIgnoringNewLines("0.9939");
    assertThat(words("similarity", "money", "rain", "--json").out())
        .isEqualToIgnoringNewLines("{\"a\":\"money\",\"b\":\"rain\",\"similarity\":0.0}");
  }

  @Test
  void figuresArePrinted() {
    assertThat(cells(words("stats")))
        .contains(
            "STATISTIC VALUE",
            "words 3",
            "dimensions 2",
            "occurrences of the most frequent word 30");
    assertThat(words("stats", "--json").out()).startsWith("{\"words\":3,\"dimensions\":2,");
  }

  @Test
  void vectorsAreSavedWholeInThePlaceOfTheFileThere() throws IOException {
    Path file = Files.writeString(folder.resolve("words.txt"), "before");

    CommandRun run = words("export", "--format", "word2vec", "--min-count", "6", file.toString());

    assertThat(run.status()).isZero();
    assertThat(run.out()).contains("words.txt: 2 words, 2 dimensions");
    assertThat(file).hasContent("2 2\ncash 0.9 0.1\nrain 0.0 1.0\n");
    try (var files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
    for (String format : List.of("word2vec-binary", "safetensors")) {
      assertThat(words("export", "--format", format, file.toString()).status()).isZero();
    }
  }

  @Test
  void wordsThatTheFormatCannotHoldAreNamed() {
    word("new york", 9, 1, 1);
    Path file = folder.resolve("words");

    CommandRun run = words("export", "--format", "word2vec-binary", file.toString());

    assertThat(run.status()).isZero();
    assertThat(run.err()).contains("left out 1 words").contains("'new york'");
  }

  @Test
  void thatThereIsNothingToSaveIsAFailureAndLeavesTheFile() throws IOException {
    Path file = Files.writeString(folder.resolve("words"), "before");

    CommandRun run = words("export", "--format", "word2vec", "--min-count", "99", file.toString());
    CommandRun nowhere =
        words("export", "--format", "word2vec", folder.resolve("no/file").toString());

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err()).contains("lower --min-count");
    assertThat(file).hasContent("before");
    assertThat(nowhere.status()).isEqualTo(1);
    assertThat(nowhere.err()).contains("cannot write");
  }

  @Test
  void aWordWithoutAVectorIsAFailureThatNamesItAndSaysWhatToDo() {
    for (List<String> question :
        List.of(
            List.of("nearest", "wheel"),
            List.of("similarity", "money", "wheel"),
            List.of("analogy", "wheel", "cash", "rain"))) {
      CommandRun run = words(question.toArray(String[]::new));

      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err()).contains("'wheel'").contains("embedding.min.count").hasLineCount(1);
    }
  }

  @Test
  void capitalsAndSignsAreAnalyzedAsTheEmbeddingDoes() {
    assertThat(words("similarity", "MONEY!", " Cash").out()).isEqualToIgnoringNewLines("0.9939");
    assertThat(words("analogy", "Money", "CASH", "Rain", "--json").out())
        .startsWith("{\"a\":\"money\",\"b\":\"cash\",\"c\":\"rain\"");
    assertThat(words("nearest", "Rains", "--set", "embedding.analysis=english", "-k", "1").out())
        .contains("cash  0.1104");
    CommandRun two = words("nearest", "Money Cash");
    assertThat(two.status()).isEqualTo(2);
    assertThat(two.err()).contains("'Money Cash' is 2 words", "[money, cash]");
  }

  @Test
  void theWordThatIsLookedUpInsteadIsNamed() {
    manifest("english");

    CommandRun run = words("nearest", "rains", "--set", "embedding.analysis=english");

    assertThat(run.status()).isZero();
    assertThat(run.err()).contains("'rains' has no vector; looked up 'rain'");
  }

  @Test
  void aWordThatAnotherAnalysisWouldChangeIsRefusedWithBoth() {
    manifest("standard");

    for (List<String> question :
        List.of(
            List.of("nearest", "rains"),
            List.of("similarity", "money", "rains"),
            List.of("analogy", "rains", "cash", "money"))) {
      var command = new ArrayList<>(question);
      command.addAll(List.of("--set", "embedding.analysis=english"));
      CommandRun run = words(command.toArray(String[]::new));

      assertThat(run.status()).isEqualTo(1);
      assertThat(run.err())
          .contains("'rains' has no vector")
          .contains("embedding.analysis is english")
          .contains("made with standard");
    }
    assertThat(words("nearest", "rain", "--set", "embedding.analysis=english").status()).isZero();
    assertThat(words("nearest", "Rain").status()).isZero();
  }

  @Test
  void aFileOfAVectorInAnotherCharsetIsRefusedWithWhatToDo() throws IOException {
    Path file = Files.write(folder.resolve("v"), new byte[] {'1', ' ', (byte) 0xa0, '2'});

    assertThat(words("nearest", "--vector", "@" + file).err()).contains("it is not UTF-8");
  }

  @Test
  void anUnknownWordSaysWhatIsNearAndHowFarTheNextVersionIs() {
    CommandRun run = words("nearest", "Mony");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.err())
        .contains("near spellings are money", "3 words have a vector")
        .contains("embedding: 0 of 10,000 records until the next version");
  }

  @Test
  void aWrongUseIsNamed() {
    assertThat(words("nearest").status()).isEqualTo(2);
    assertThat(words("nearest", "money", "--vector", "1,2").status()).isEqualTo(2);
    assertThat(words("nearest", "money", "-k", "0").err()).contains("-k must be >= 1");
    assertThat(words("nearest", "--vector", "1,x").err()).contains("'x' is not a finite number");
    assertThat(words("nearest", "--vector", "1,2,3").status()).isEqualTo(2);
    assertThat(words("nearest", "--vector", "1,2,3").err()).contains("3 numbers", "have 2");
    assertThat(words("analogy", "money", "cash").status()).isEqualTo(2);
    assertThat(words("export", "--format", "pickle", "x").status()).isEqualTo(2);
    assertThat(words("export", "x").status()).isEqualTo(2);
    assertThat(words("export", "--format", "word2vec", "--min-count", "-1", "x").status())
        .isEqualTo(2);
  }

  private CommandRun words(String... command) {
    return broker.run(
        IntStream.rangeClosed(0, command.length)
            .mapToObj(i -> i == 0 ? "words" : command[i - 1])
            .toArray(String[]::new));
  }

  private static List<String> cells(CommandRun run) {
    return run.out().lines().map(line -> line.strip().replaceAll(" +", " ")).toList();
  }

  private void manifest(String analysis) {
    var manifest =
        new ModelManifest(
            "embedding",
            3L,
            ModelRecords.FORMAT,
            0,
            0L,
            "",
            10L,
            List.of(),
            List.of(),
            Map.of("analysis", analysis, "seed", "42"),
            Map.of(),
            Map.of(),
            null,
            "",
            "");
    ModelRecords.version(kafka.topics().models().name(), manifest, new byte[0])
        .forEach(kafka::send);
  }

  private void word(String word, long count, float... vector) {
    List<Float> values =
        IntStream.range(0, vector.length).mapToObj(i -> Float.valueOf(vector[i])).toList();
    kafka.send(kafka.topics().wordVectors(), word, new WordVector(values, count, 1L));
  }
}
