package io.millrace.cli.demo.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DemoDataTest {

  private static final Path DATA = Path.of("../../data");

  @TempDir private Path folder;

  @Test
  void readsTheDataThatShips() throws IOException {
    DemoData data = DemoData.read(DATA);

    assertThat(data.training().count()).isEqualTo(60_000);
    assertThat(data.heldOut().count()).isEqualTo(10_000);
    assertThat(data.training().width()).isEqualTo(28);
    assertThat(List.of(data.training().label(0), data.training().label(1)))
        .containsExactly("5", "0");
    assertThat(data.heldOut().label(0)).isEqualTo("7");
    assertThat(data.mails()).hasSize(6_046);
    assertThat(data.mails()).filteredOn(mail -> mail.label().equals("spam")).hasSize(1_896);
    assertThat(data.mails().stream().map(Mail::time)).isSorted();
    assertThat(data.mails().stream().map(Mail::id)).doesNotHaveDuplicates();
    assertThat(data.mails()).noneMatch(mail -> mail.text().isBlank());
  }

  @Test
  void aTenthKeepsTheOrderAndTheTimeOfTheMails() throws IOException {
    DemoData data = DemoData.read(DATA);

    DemoData tenth = data.tenth();

    assertThat(tenth.training().count()).isEqualTo(6_000);
    assertThat(tenth.heldOut().count()).isEqualTo(1_000);
    assertThat(tenth.mails()).hasSize(605);
    assertThat(tenth.mails().get(1)).isEqualTo(data.mails().get(10));
    assertThat(tenth.training().image(5_999)).isEqualTo(data.training().image(5_999));
  }

  @Test
  void namesTheLineThatIsNoMail() throws IOException {
    Path file = folder.resolve("mails.jsonl.gz");
    String good =
        "{\"id\":\"a/1\",\"time\":\"2002-01-01T00:00:00Z\",\"label\":\"ham\",\"text\":\"x\"}";
    try (var out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write((good + "\nnot a mail\n").getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    assertThatThrownBy(() -> Mail.read(file))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("line 2");
  }

  @Test
  void aMailIsSpamOrHam() {
    assertThatThrownBy(() -> new Mail("a/1", "2002-01-01T00:00:00Z", "eggs", "x"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("eggs");
  }
}
