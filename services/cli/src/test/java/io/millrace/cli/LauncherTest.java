package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The script {@code ./millrace} in a checkout of its own, with a JDK and a Maven that only say how
 * they were called.
 */
final class LauncherTest {

  private static final List<String> TOOLS =
      List.of(
          "bash",
          "cat",
          "df",
          "dirname",
          "find",
          "head",
          "ls",
          "mkdir",
          "mv",
          "nice",
          "readlink",
          "rm",
          "sed",
          "sleep",
          "sync",
          "tail",
          "touch",
          "env");

  private static final Path SLEEP = where("sleep");

  @TempDir Path folder;
  private Path checkout;
  private Path tools;
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void aCheckoutAndAnEmptyMachine() throws IOException {
    checkout = Files.createDirectories(folder.resolve("a checkout"));
    Files.copy(
        Path.of("../../millrace"),
        checkout.resolve("millrace"),
        StandardCopyOption.COPY_ATTRIBUTES);
    Files.writeString(checkout.resolve("pom.xml"), "<jvm.flags>-Done -Dtwo</jvm.flags>\n");
    Files.createDirectories(checkout.resolve("services/cli/src/main/java"));
    tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(tools.resolve(tool), where(tool));
    }
    environment.put("PATH", tools.toString());
    environment.put("HOME", folder.resolve("home").toString());
    environment.put("MILLRACE_JVMS", folder.resolve("jvms").toString());
  }

  @Test
  void saysWhatToInstallWhereThereIsNoJdk() throws Exception {
    Ended run = run("up");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.text()).contains("JDK 25").contains("MILLRACE_JAVA_HOME").contains("adoptium");
  }

  @Test
  void passesOverAnOlderJdk() throws Exception {
    jdk("jvms/17", "17.0.9");
    environment.put("JAVA_HOME", jdk("other", "21").toString());

    assertThat(run("up").text()).contains("JDK 25 or later, and found none");
  }

  @Test
  void namesTheJdkOfTheVariableIfItIsTooOld() throws Exception {
    environment.put("MILLRACE_JAVA_HOME", jdk("mine", "17.0.9").toString());
    jdk("jvms/25", "25.0.3");

    assertThat(run("up").text())
        .contains(folder.resolve("mine") + " is not a JDK 25")
        .contains("17");
  }

  @Test
  void saysWhatToInstallWhereThereIsNoMaven() throws Exception {
    jdk("jvms/25", "25.0.3");

    Ended run = run("up");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.text()).contains("Maven 3.8.6");
  }

  @Test
  void buildsOnceAndBecomesTheProgram() throws Exception {
    jdk("jvms/25", "25.0.3");
    mavenThat("mkdir -p services/cli/target/lib; touch services/cli/target/millrace-cli-1.jar");
    environment.put("MILLRACE_JAVA_OPTS", "-Xmx3g -Dx=y");

    Ended first = run("up", "--set", "a=b c");
    Ended second = run("watch", "predictions");

    assertThat(first.text()).contains("building…").contains("first time");
    assertThat(first.text())
        .contains("[-Done] [-Dtwo]")
        .contains("[-Xmx3g] [-Dx=y] [-cp]")
        .contains("a checkout/services/cli/target/millrace-cli-1.jar:")
        .contains("[io.millrace.cli.Main] [up] [--set] [a=b c]")
        .contains("OMP_NUM_THREADS=1");
    assertThat(second.status()).isZero();
    assertThat(second.text())
        .doesNotContain("building")
        .doesNotContain("-Done")
        .contains("[watch]");
  }

  @Test
  void fetchesLibTorchOnceItIsAskedForAndBuildsItFromThenOn() throws Exception {
    jdk("jvms/25", "25.0.3");
    mavenThat(
        """
        echo "$@" >>calls
        mkdir -p services/cli/target/lib; touch services/cli/target/millrace-cli-1.jar
        case "$*" in *libtorch*) mkdir -p services/learning/vision-libtorch/target/engines/libtorch ;; esac
        """);

    run("up");
    Ended asked = run("up", "--set", "vision.engine=libtorch");
    environment.put("MILLRACE_VISION_ENGINE", "libtorch");
    Ended again = run("up");
    environment.remove("MILLRACE_VISION_ENGINE");
    Files.setLastModifiedTime(
        checkout.resolve("pom.xml"), FileTime.from(Instant.now().plusSeconds(60)));
    run("topics", "list");

    assertThat(Files.readAllLines(checkout.resolve("calls")))
        .extracting(call -> call.contains("-pl services/cli,services/learning/vision-libtorch "))
        .containsExactly(false, true, true);
    assertThat(asked.text()).contains("-Dmillrace.engines=" + checkout);
    assertThat(again.text()).doesNotContain("building");
  }

  @Test
  void buildsAgainWhenASourceIsNewer() throws Exception {
    jdk("jvms/25", "25.0.3");
    mavenThat("mkdir -p services/cli/target/lib; touch services/cli/target/millrace-cli-1.jar");
    run("up");
    Path source =
        Files.writeString(checkout.resolve("services/cli/src/main/java/New.java"), "class New {}");
    Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(60)));

    assertThat(run("up").text()).contains("building…").doesNotContain("first time");
  }

  @Test
  void showsTheEndOfTheLogOfABuildThatFailed() throws Exception {
    jdk("jvms/25", "25.0.3");
    mavenThat("echo the wheel does not compile; exit 1");

    Ended run = run("up");

    assertThat(run.status()).isEqualTo(1);
    assertThat(run.text()).contains("the wheel does not compile").contains("target/build.log");
    assertThat(run.text()).doesNotContain("io.millrace.cli.Main");
  }

  @Test
  void worksThroughALinkFromAnywhere() throws Exception {
    jdk("jvms/25", "25.0.3");
    mavenThat("mkdir -p services/cli/target/lib; touch services/cli/target/millrace-cli-1.jar");
    Path link = Files.createSymbolicLink(folder.resolve("link"), Path.of("a checkout/millrace"));

    Ended run = run(link, "topics", "list");

    assertThat(run.status()).isZero();
    assertThat(run.text()).contains("[topics] [list]");
  }

  @Test
  void theFirstRunTakesNotesOfWhichACacheIsMadeForThoseAfterIt() throws Exception {
    jdkThatMakesCaches();
    mavenThat("mkdir -p services/cli/target/lib; touch services/cli/target/millrace-cli-1.jar");

    Ended first = run("demo");
    await("both caches", () -> caches().size() == 2);
    Ended second = run("up");
    Ended brief = run("topics", "list");
    environment.put("MILLRACE_AOT", "off");
    Ended without = run("up");

    assertThat(first.text()).contains("[-XX:AOTMode=record]").doesNotContain("AOTCache");
    assertThat(caches()).containsExactly("commands-25.0.3+9-LTS.aot", "services-25.0.3+9-LTS.aot");
    assertThat(second.text())
        .contains("[-XX:AOTCache=" + checkout)
        .contains("/services-25.0.3+9-LTS.aot]")
        .contains("[-XX:-AOTReplayTraining]")
        .doesNotContain("AOTMode");
    assertThat(brief.text()).contains("/commands-25.0.3+9-LTS.aot]");
    assertThat(without.text()).doesNotContain("AOT");
  }

  @Test
  void aCacheOfOtherJarsIsNotUsedAndMadeAgain() throws Exception {
    jdkThatMakesCaches();
    mavenThat("mkdir -p services/cli/target/lib; touch services/cli/target/millrace-cli-1.jar");
    run("demo");
    await("both caches", () -> caches().size() == 2);
    Path jar = Files.createFile(checkout.resolve("services/cli/target/lib/another.jar"));
    Files.setLastModifiedTime(jar, FileTime.from(Instant.now().plusSeconds(60)));

    Ended brief = run("topics", "list");
    Ended again = run("up");

    awaitNoNotes();
    assertThat(brief.text()).doesNotContain("AOT");
    assertThat(again.text()).contains("[-XX:AOTMode=record]").doesNotContain("AOTCache");
  }

  @Test
  void helpAndWhatEndsAtOnceTeachNothing() throws Exception {
    jdkThatMakesCaches();
    mavenThat("mkdir -p services/cli/target/lib; touch services/cli/target/millrace-cli-1.jar");
    // So the run ends before the launcher's second pause does.
    Files.writeString(folder.resolve("sleeps"), "1\n2\n3\n4\n");
    program(
        tools.resolve("sleep"),
        "until ls '%s'/*.notes; do %s 0.02; done; exec %s 2"
            .formatted(checkout.resolve("services/cli/target/aot"), SLEEP, SLEEP));

    Ended help = run("up", "--help");
    run("up");
    awaitNoNotes();

    assertThat(help.text()).doesNotContain("AOT");
    assertThat(caches()).isEmpty();
  }

  @Test
  void optionsWithWhichNoCacheFitsAreLeftAlone() throws Exception {
    jdkThatMakesCaches();
    mavenThat("mkdir -p services/cli/target/lib; touch services/cli/target/millrace-cli-1.jar");
    environment.put("MILLRACE_JAVA_OPTS", "-Xmx3g -Xshare:off");

    assertThat(run("up").text()).contains("[-Xshare:off]").doesNotContain("AOT");
  }

  private record Ended(int status, String text) {}

  private Ended run(String... arguments) throws Exception {
    return run(checkout.resolve("millrace"), arguments);
  }

  private Ended run(Path script, String... arguments) throws Exception {
    List<String> command =
        Stream.concat(Stream.of("/usr/bin/env", "bash", script.toString()), Stream.of(arguments))
            .toList();
    var builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    Process process = builder.start();
    String text = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Ended(process.exitValue(), text);
  }

  private Path jdk(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Files.createDirectories(home.resolve("bin"));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    program(home.resolve("bin/javac"), "exit 0");
    program(
        home.resolve("bin/java"), "printf '[%s] ' \"$@\"; echo OMP_NUM_THREADS=$OMP_NUM_THREADS");
    return home;
  }

  /**
   * A JDK that writes what it is told to write, after at least four of the launcher's pauses where
   * it takes notes; the pauses are short.
   */
  private void jdkThatMakesCaches() throws IOException {
    Path home = jdk("jvms/25", "25.0.3");
    Files.writeString(
        home.resolve("release"),
        "JAVA_VERSION=\"25.0.3\"\nJAVA_RUNTIME_VERSION=\"25.0.3+9-LTS\"\n");
    Path sleeps = folder.resolve("sleeps");
    Files.delete(tools.resolve("sleep"));
    program(tools.resolve("sleep"), "echo >>'%s'; exec %s 0.02".formatted(sleeps, SLEEP));
    program(
        home.resolve("bin/java"),
        """
        printf '[%%s] ' "$@"; echo
        for option in "$@"; do
          case $option in
            -XX:AOTConfiguration=*) notes=${option#*=} ;;
            -XX:AOTCache=*) cache=${option#*=} ;;
          esac
        done
        case "$*" in
          *AOTMode=create*) echo >"$cache" ;;
          *AOTMode=record*)
            lines=()
            until mapfile -t lines <'%1$s' && [ ${#lines[@]} -ge 4 ]; do %2$s 0.02; done 2>/dev/null
            echo >"$notes"
            ;;
        esac
        """
            .formatted(sleeps, SLEEP));
  }

  private List<String> caches() {
    return files(".aot");
  }

  /** The last that the process in the background does is to delete the notes. */
  private void awaitNoNotes() {
    await("no notes", () -> files(".notes").isEmpty());
  }

  private List<String> files(String ending) {
    try (Stream<Path> files = Files.list(checkout.resolve("services/cli/target/aot"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ending))
          .sorted()
          .toList();
    } catch (IOException e) {
      return List.of();
    }
  }

  private static void await(String what, BooleanSupplier condition) {
    Await.until(what, condition::getAsBoolean);
  }

  private void mavenThat(String does) throws IOException {
    program(tools.resolve("mvn"), does);
  }

  private static void program(Path file, String does) throws IOException {
    Files.writeString(file, "#!/usr/bin/env bash\n" + does + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path where(String tool) {
    return Stream.of("/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin")
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }
}
