package io.millrace.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.cli.command.FileProblem;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which files of a folder are sent, under which ids. */
final class InputFolderTest {

  @TempDir Path folder;

  @Test
  void equalNamesInTwoClassFoldersAreTwoIdsHoweverTheyAreSent() throws Exception {
    write("spam/1.txt");
    write("ham/1.txt");

    assertThat(names(folder, labelled(null))).containsExactly("ham/1.txt", "spam/1.txt");
    assertThat(names(folder.resolve("spam"), labelled("spam"))).containsExactly("spam/1.txt");
    assertThat(names(folder.resolve("spam/../ham/"), labelled("ham"))).containsExactly("ham/1.txt");
  }

  @Test
  void aFileAndItsCompressedCopyDoNotReplaceEachOther() throws Exception {
    write("a.txt");
    write("a.txt.gz");

    var found = new InputFolder(folder, labelled(null));

    assertThat(found.files()).hasSize(1);
    assertThat(found.refusals()).singleElement().asString().contains("would have the id of");
  }

  @Test
  void hiddenFilesAndEmptyFoldersAreNamed() throws Exception {
    write("a.txt");
    write(".DS_Store");
    write("b/Thumbs.db");
    write(".git/config");
    Files.createDirectories(folder.resolve("dogs"));

    var found = new InputFolder(folder, labelled(null));

    assertThat(found.files()).hasSize(1);
    assertThat(found.refusals()).isEmpty();
    assertThat(found.hidden()).containsExactlyInAnyOrder(".DS_Store", ".git", "b/Thumbs.db");
    assertThat(found.empty()).containsExactlyInAnyOrder("b", "dogs");
  }

  @Test
  void linksAreFollowedUnlessTheyLeadNowhereOrBack(@TempDir Path elsewhere) throws Exception {
    Files.writeString(elsewhere.resolve("1.txt"), "x");
    Files.createSymbolicLink(folder.resolve("cats"), elsewhere);
    Files.createSymbolicLink(folder.resolve("one.txt"), elsewhere.resolve("1.txt"));
    Files.createSymbolicLink(folder.resolve("gone.txt"), elsewhere.resolve("2.txt"));
    Files.createSymbolicLink(folder.resolve("loop"), folder);

    var found = new InputFolder(folder, labelled(null));

    assertThat(found.files()).extracting(InputFile::name).containsExactly("cats/1.txt", "one.txt");
    assertThat(found.refusals())
        .extracting(refusal -> folder.relativize(refusal.path()) + " " + refusal.reason())
        .containsExactlyInAnyOrder(
            "gone.txt is a link to what is not there", "loop is a link to a folder that holds it");
  }

  @Test
  void whatMayNotBeReadIsSaidSo() {
    assertThat(FileProblem.reason(new AccessDeniedException("a.txt"))).contains("no permission");
  }

  @ParameterizedTest
  @CsvSource({
    "a.TXT, txt",
    "a.jsonl.gz, jsonl",
    "a, ''",
    "a.1, ''",
    "a.b/c, ''",
    "x.7z, ''",
    "00001.7c53336b37003a9286aba55d2945844c, ''",
    "00001.abcdefab, ''",
    "Re: a. b, ''"
  })
  void anEndingBeginsWithALetterAndIsNoChecksum(String name, String ending) {
    assertThat(InputFile.below(Path.of("/f"), Path.of("/f").resolve(name)).ending())
        .isEqualTo(ending);
  }

  private static SendOptions labelled(String label) {
    SendOptions plain = Reading.options();
    return new SendOptions(
        Optional.ofNullable(label), false, plain.format(), plain.tables(), plain.fields(), "");
  }

  private static List<String> names(Path path, SendOptions options) throws IOException {
    return new InputFolder(path, options).files().stream().map(InputFile::name).toList();
  }

  private void write(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, "x");
  }
}
