package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.broker.EmbeddedBroker;
import io.millrace.cli.settings.ServiceRegistry;
import io.millrace.cli.up.AllInOne;
import io.millrace.runtime.settings.Settings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every example of README.md does what it says, in its order, on a broker without any data. An
 * example that this test does not know fails it.
 */
final class ReadmeTest {

  private static final Path README = Path.of("../../README.md");
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(90);

  /** A command takes longer than this; asking without a pause would keep the services waiting. */
  private static final long ASK_AGAIN_MILLIS = 300;

  /** Tested elsewhere: the demonstration and the launcher in tests/system. */
  private static final Set<String> ELSEWHERE =
      Set.of("./millrace demo", "mvn verify", "./millrace up");

  /** Blocks of output that the demonstration prints, by their beginnings. */
  private static final List<String> DEMO_OUTPUT = List.of("Learning from", "MNIST:");

  /** What each command prints, as a pattern that is found in it. */
  private static final Map<String, String> EXAMPLES = new LinkedHashMap<>();

  /** Those for which a service must not run. */
  private static final Map<String, String> WITHOUT_SERVICES =
      Map.of(
          "./millrace documents reset --yes", "text is reset",
          "./millrace models import vision --input weights.safetensors --classes cat,dog --reset",
              "published .* as version \\d+ of vision");

  static {
    String number = "\\d\\.\\d+";
    EXAMPLES.put("kcat -P -b localhost:9092 -t images -k cat-1 cat.png", "");
    EXAMPLES.put(
        "echo 'cheap pills, no prescription' | kcat -P -b localhost:9092 -t documents -k mail-1",
        "");
    EXAMPLES.put(
        "./millrace watch predictions --from earliest --limit 2",
        "(?s)\\{.*\"subject\":\"(image/cat|document/mail)-1\".*\\n\\{.*\"version\":");
    EXAMPLES.put(
        "echo '{\"subject\":\"document/mail-1\",\"label\":\"spam\"}' | kcat -P -b localhost:9092 -t"
            + " labels",
        "");
    EXAMPLES.put(
        "./millrace send images pictures --label-from-folder",
        "(?s)sent 6 images to images.*labels   cat 3, dog 3");
    EXAMPLES.put("./millrace send images pictures/cat --label cat", "sent 3 images");
    EXAMPLES.put("./millrace send documents mails.jsonl", "(?s)sent 30 documents.*ham 15, spam 15");
    EXAMPLES.put(
        "./millrace send documents sms.csv --charset windows-1252 --text-field v2 --label-field v1",
        "(?s)sent 5 documents.*ham 3, spam 2");
    EXAMPLES.put(
        "./millrace send images train-images-idx3-ubyte.gz",
        "(?s)sent 4 images.*labels   5 2, 7 2");
    EXAMPLES.put("printf 'Gr\\xfc\\xdfe' | kcat -P -b localhost:9092 -t documents -k mail-7", "");
    EXAMPLES.put("./millrace dead-letters list", "TIME +TOPIC .*KEY(?s).*mail-7 +5 +.+");
    EXAMPLES.put("./millrace dead-letters show mail-7", "(?s)reason .*key +mail-7.*47 72 fc df 65");
    EXAMPLES.put("./millrace dead-letters replay --topic documents", "sent 1 records again");
    EXAMPLES.put("./millrace documents terms mail-1", "(pills|prescription|cheap) +" + number);
    EXAMPLES.put("./millrace documents similar mail-1 -k 5", "\\S+ +" + number);
    EXAMPLES.put("./millrace documents similar --text 'cheap pills'", "mail-1 +" + number);
    EXAMPLES.put("./millrace documents similar mail-1 --by embedding", "\\S+ +" + number);
    EXAMPLES.put(
        "curl 'localhost:9404/documents/mail-1/similar?k=5'",
        "\\{.*\"(id|document|subject)\".*" + number);
    EXAMPLES.put("./millrace documents refresh", "");
    EXAMPLES.put("./millrace words nearest money", "[a-z]+ +" + number);
    EXAMPLES.put("./millrace words analogy man king woman", "[a-z]+ +-?" + number);
    EXAMPLES.put("./millrace words similarity money cash", number);
    EXAMPLES.put("./millrace words stats", "(?s)STATISTIC.*\\d");
    EXAMPLES.put("./millrace words export --format word2vec words.txt", "words.txt");
    EXAMPLES.put("curl 'localhost:9404/words/money/nearest?k=5'", "\\{.*\"word\".*" + number);
    EXAMPLES.put("./millrace models list", "(?s)MODEL.*METRICS.*vision");
    EXAMPLES.put("./millrace models close-step vision", "wrote a close-step record");
    EXAMPLES.put("./millrace models verify vision", "log +proved");
    EXAMPLES.put(
        "./millrace models export vision --format safetensors --output vision.safetensors",
        "vision.safetensors");
  }

  @TempDir static Path folder;
  private String servers = "";
  private int httpPort;

  @Test
  void everyExampleIsKnown() throws IOException {
    List<String> unknown = new ArrayList<>();
    for (Block block : blocks()) {
      for (String command : block.commands()) {
        if (!isKnown(command)) {
          unknown.add(command);
        }
      }
      if (block.commands().isEmpty() && !block.isKnownOutput()) {
        unknown.add(block.text());
      }
    }

    assertThat(unknown).as("examples of README.md to add to this test, or to remove").isEmpty();
    List<String> written = blocks().stream().flatMap(block -> block.commands().stream()).toList();
    assertThat(written).containsAll(EXAMPLES.keySet()).containsAll(WITHOUT_SERVICES.keySet());
  }

  @Test
  void everyCommandInTheTextIsUnderstood() throws IOException {
    Matcher inline = Pattern.compile("`\\./millrace ([^`]+)`").matcher(withoutBlocks());
    List<String> refused = new ArrayList<>();
    while (inline.find()) {
      try {
        Main.commandLine().parseArgs(inline.group(1).split("\\s+"));
      } catch (picocli.CommandLine.ParameterException e) {
        refused.add(inline.group(1) + ": " + e.getMessage());
      }
    }

    assertThat(refused).isEmpty();
  }

  @Test
  void everyExampleDoesWhatItSays() throws Exception {
    assumeTrue(
        Stream.of("kcat", "curl").allMatch(ReadmeTest::isInstalled), "kcat and curl are installed");
    ReadmeFiles.write(folder);
    try (var broker = EmbeddedBroker.start(folder.resolve("var/broker"), 0)) {
      servers = broker.bootstrapServers();
      Settings settings =
          Settings.of(
              Map.of(
                  "bootstrap.servers",
                  servers,
                  "http.port",
                  "0",
                  "state.directory",
                  folder.resolve("var/streams").toString()));
      try (var running = AllInOne.start(settings, ServiceRegistry.ALL, Optional.empty())) {
        httpPort = running.host().httpPort();
        for (Block block : blocks()) {
          runInOrder(block);
        }
        assertThat(running.host().failure()).isEmpty();
      }
      for (String command : WITHOUT_SERVICES.keySet()) {
        eventually(command, WITHOUT_SERVICES.get(command));
      }
    }
  }

  private void runInOrder(Block block) throws Exception {
    switch (block.language()) {
      case "java" -> ReadmeFiles.compileAndRun(here(block.text()), folder);
      case "python" -> ReadmeFiles.checkPython(block.text(), folder);
      default -> {
        for (String command : block.commands()) {
          if (EXAMPLES.containsKey(command)) {
            eventually(command, EXAMPLES.get(command));
          }
        }
        if (block.text().startsWith("sent ")) {
          Run run = run("./millrace send documents sms.csv --text-field v2 --label-field v1");
          assertThat(run.status()).isEqualTo(1);
          assertThat(run.output()).containsPattern(ReadmeFiles.shapeOf(block.text()));
        }
      }
    }
  }

  /** Runs a command; one that only asks is asked again until the services have an answer. */
  private void eventually(String command, String pattern) throws Exception {
    long start = System.nanoTime();
    boolean asks =
        !command.contains(" send ") && !command.contains("kcat") && !command.contains("replay");
    Run run = run(command);
    while (asks && !run.matches(pattern) && System.nanoTime() - start < PATIENCE_NANOS) {
      Thread.sleep(ASK_AGAIN_MILLIS);
      run = run(command);
    }
    assertThat(run.status()).as(command + "\n" + run.output()).isZero();
    assertThat(run.output()).as(command).containsPattern(pattern);
  }

  /** How a command ended, and what it printed. */
  private record Run(int status, String output) {
    boolean matches(String pattern) {
      return status == 0 && Pattern.compile(pattern).matcher(output).find();
    }
  }

  private Run run(String command) throws Exception {
    if (!command.startsWith("./millrace ")) {
      var process =
          new ProcessBuilder("bash", "-o", "pipefail", "-c", here(command))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .start();
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return new Run(process.waitFor(), output);
    }
    List<String> arguments = new ArrayList<>();
    Matcher words = Pattern.compile("'([^']*)'|(\\S+)").matcher(command.substring(11));
    while (words.find()) {
      arguments.add(words.group(1) != null ? words.group(1) : inFolder(words.group(2)));
    }
    arguments.addAll(List.of("--bootstrap", servers));
    arguments.addAll(List.of("--set", "state.directory=" + folder.resolve("var/streams")));
    CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
    return new Run(run.status(), run.out() + run.err());
  }

  /** README's addresses are those of the default ports. */
  private String here(String text) {
    return text.replace("localhost:9092", servers)
        .replace("localhost:9404", "localhost:" + httpPort);
  }

  private static String inFolder(String word) {
    boolean file =
        word.matches("pictures(/cat)?|[a-z0-9-]+\\.(jsonl|csv|txt|safetensors)|train-images.*");
    return file ? folder.resolve(word).toString() : word;
  }

  private static boolean isKnown(String command) {
    return ELSEWHERE.contains(command)
        || EXAMPLES.containsKey(command)
        || WITHOUT_SERVICES.containsKey(command);
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }

  /** A fenced block. */
  private record Block(String language, String text) {

    /** The commands of its lines, each up to its explanation. */
    List<String> commands() {
      return !language.isEmpty()
          ? List.of()
          : text.lines()
              .filter(line ->
                  line.matches(
                      "(\\./millrace|kcat|echo|printf|curl|mvn|python3?|docker|kubectl) .*"))
              .map(line -> line.split(" {2,}")[0])
              .toList();
    }

    boolean isKnownOutput() {
      return language.equals("java")
          || language.equals("python")
          || text.startsWith("sent ")
          || DEMO_OUTPUT.stream().anyMatch(text::startsWith);
    }
  }

  private static List<Block> blocks() throws IOException {
    Matcher fences =
        Pattern.compile("(?ms)^```(\\w*)\\n(.*?)^```$").matcher(Files.readString(README));
    List<Block> blocks = new ArrayList<>();
    while (fences.find()) {
      blocks.add(new Block(fences.group(1), fences.group(2)));
    }
    return blocks;
  }

  private static String withoutBlocks() throws IOException {
    return Files.readString(README).replaceAll("(?ms)^```(\\w*)\\n(.*?)^```$", "");
  }
}
