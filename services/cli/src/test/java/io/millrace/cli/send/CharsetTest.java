package io.millrace.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.input.InputDecoder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No byte of a text file is replaced in silence. */
final class CharsetTest {

  private static final Charset WINDOWS = Charset.forName("windows-1252");

  @TempDir Path folder;

  @Test
  void aLineOfJsonInLatin1IsRefusedByNumberAndTheOthersAreSent() throws Exception {
    write(
        "m.jsonl",
        "{\"text\": \"eins\"}\n{\"text\": \"Grüße\"}\r\n\n{\"text\": \"drei\"}\n",
        WINDOWS);

    Reading read = Reading.documents(folder);

    assertThat(read.documents()).containsOnlyKeys("m.jsonl/1", "m.jsonl/4");
    assertThat(read.rejected)
        .singleElement()
        .asString()
        .startsWith("m.jsonl:2: not UTF-8: byte 13 of the line is 0xFC")
        .contains("--charset windows-1252");
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.csv", "m.tsv"})
  void aRowInLatin1IsRefusedByTheNumberOfItsLine(String name) throws Exception {
    String table = "text,label\neins,a\n\"zwei\nZeilen\",b\nGrüße,c\nvier,d\n";
    write(name, name.endsWith("tsv") ? table.replace(',', '\t') : table, WINDOWS);

    Reading read = Reading.documents(folder);

    assertThat(read.documents()).containsOnlyKeys(name + "/2", name + "/3", name + "/6");
    assertThat(read.documents().get(name + "/3")).isEqualTo(new Document("zwei\nZeilen", "b"));
    assertThat(read.rejected).singleElement().asString().startsWith(name + ":5: not UTF-8: byte 3");
  }

  @Test
  void aTextInLatin1IsRefusedByLine() throws Exception {
    write("a.txt", "eins\nzwei\nGrüße", WINDOWS);

    assertThat(Reading.documents(folder).rejected)
        .singleElement()
        .asString()
        .startsWith("a.txt:3: not UTF-8: byte 3 of the line is 0xFC");
  }

  @Test
  void aLabelInLatin1IsRefusedByLine() throws Exception {
    write("l.csv", "image/1,Fuß\nimage/2,Hand\n", WINDOWS);

    Reading read = Reading.of(InputKind.LABELS, folder, Reading.options());

    assertThat(read.accepted).containsOnlyKeys("2");
    assertThat(read.rejected).singleElement().asString().startsWith("l.csv:1: not UTF-8");
  }

  @ParameterizedTest
  @CsvSource({
    "m.jsonl, windows-1252",
    "m.jsonl, UTF-16LE",
    "m.json, ISO-8859-15",
    "m.csv, windows-1252",
    "m.csv, UTF-16BE",
    "m.csv, UTF-32LE",
    "m.tsv, IBM850",
    "m.txt, windows-1252",
    "m.txt, UTF-16LE"
  })
  void aGivenCharsetReadsEveryFormat(String name, String charset) throws Exception {
    write(name, content(name, "Grüße"), Charset.forName(charset));

    Reading read = Reading.of(InputKind.DOCUMENTS, folder, Reading.charset(charset));

    assertThat(read.rejected).isEmpty();
    assertThat(read.documents().values()).extracting(Document::getText).containsExactly("Grüße");
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.jsonl", "m.json", "m.csv", "m.tsv", "m.txt"})
  void shiftJisIsReadWhereItIsNamed(String name) throws Exception {
    write(name, content(name, "日本語"), Charset.forName("Shift_JIS"));

    assertThat(Reading.of(InputKind.DOCUMENTS, folder, Reading.charset("Shift_JIS")).documents())
        .extractingByKey(
            name.equals("m.txt") || name.equals("m.json")
                ? name
                : name + (name.equals("m.jsonl") ? "/1" : "/2"))
        .extracting(Document::getText)
        .isEqualTo("日本語");
  }

  @ParameterizedTest
  @CsvSource({
    "m.jsonl, UTF-8",
    "m.json, UTF-8",
    "m.csv, UTF-8",
    "m.tsv, UTF-8",
    "m.txt, UTF-8",
    "m.jsonl, UTF-16LE",
    "m.json, UTF-16BE",
    "m.csv, UTF-16LE",
    "m.tsv, UTF-16BE",
    "m.txt, UTF-16LE",
    "m.csv, UTF-32BE",
    "m.txt, UTF-32LE"
  })
  void aByteOrderMarkIsHonouredAndNoPartOfTheText(String name, String charset) throws Exception {
    write(name, "\ufeff" + content(name, "Grüße"), Charset.forName(charset));

    Reading read = Reading.documents(folder);

    assertThat(read.rejected).isEmpty();
    assertThat(read.documents().values()).extracting(Document::getText).containsExactly("Grüße");
  }

  @Test
  void aByteOrderMarkInLabelsIsNoPartOfTheFirstSubject() throws Exception {
    write("l.csv", "\ufeffimage/1,cat\n", StandardCharsets.UTF_8);

    Reading read = Reading.of(InputKind.LABELS, folder, Reading.options());

    var label = InputDecoder.DEFAULT.label(null, null, read.accepted.get("1").value());
    assertThat(label).isEqualTo(Decoded.valid(new Label("image/1", "cat")));
  }

  @Test
  void filesThatWerePutTogetherMayHaveAByteOrderMarkInTheMiddle() throws Exception {
    write("m.jsonl", "\ufeff{\"text\":\"a\"}\n\ufeff{\"text\":\"b\"}\n", StandardCharsets.UTF_8);

    assertThat(Reading.documents(folder).documents().values())
        .extracting(Document::getText)
        .containsExactly("a", "b");
  }

  @Test
  void aCharsetThatTheByteOrderMarkContradictsIsRefused() throws Exception {
    write("m.txt", "\ufeffGrüße", StandardCharsets.UTF_16LE);

    assertThat(Reading.of(InputKind.DOCUMENTS, folder, Reading.charset("windows-1252")).rejected)
        .containsExactly(
            "m.txt: begins with the byte order mark of UTF-16LE, which --charset windows-1252"
                + " contradicts: leave --charset out");
    assertThat(Reading.of(InputKind.DOCUMENTS, folder, Reading.charset("UTF-16")).rejected)
        .isEmpty();
  }

  @Test
  void utf16WithoutAnOrderOfBytesIsNotGuessed() throws Exception {
    write("m.txt", "Grüße", StandardCharsets.UTF_16LE);

    assertThat(Reading.of(InputKind.DOCUMENTS, folder, Reading.charset("UTF-16")).rejected)
        .singleElement()
        .asString()
        .contains("say UTF-16LE or UTF-16BE");
  }

  @ParameterizedTest
  @ValueSource(strings = {"m.jsonl", "m.json", "m.csv", "m.txt"})
  void utf16WithoutMarkOrCharsetIsRefusedByName(String name) throws Exception {
    write(name, content(name, "plain"), StandardCharsets.UTF_16LE);

    Reading read = Reading.documents(folder);

    assertThat(read.accepted).isEmpty();
    assertThat(read.rejected).first().asString().contains("UTF-16LE");
  }

  @Test
  void bytesThatTheGivenCharsetDoesNotHaveAreRefused() throws Exception {
    Files.write(
        folder.resolve("m.csv"), new byte[] {'t', 'e', 'x', 't', '\n', 'a', (byte) 0x81, '\n'});

    assertThat(Reading.of(InputKind.DOCUMENTS, folder, Reading.charset("windows-1252")).rejected)
        .singleElement()
        .asString()
        .startsWith("m.csv:2: not windows-1252: byte 2 of the line is 0x81");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\r\n", "\r"})
  void anElementOfAnArrayInLatin1IsRefusedByLine(String end) throws Exception {
    write(
        "m.json",
        String.join(
            end,
            "",
            "[",
            "{\"text\": \"eins\"},",
            "",
            "{\"text\":",
            "\"Grüße\"},",
            "{\"text\": \"drei\"}",
            "]",
            ""),
        WINDOWS);

    Reading read = Reading.documents(folder);

    assertThat(read.documents()).containsOnlyKeys("m.json/1", "m.json/3");
    assertThat(read.rejected).singleElement().asString().startsWith("m.json:5: not UTF-8: byte 4 ");
  }

  @Test
  void manyLinesAreCountedThroughAllBuffers() throws Exception {
    var lines = new StringBuilder();
    for (int i = 1; i <= 5000; i++) {
      lines.append("{\"text\":\"zeile ").append(i % 1000 == 777 ? "ü" : "u").append("\"}\n");
    }
    write("m.jsonl", lines.toString(), WINDOWS);

    Reading read = Reading.documents(folder);

    assertThat(read.accepted).hasSize(4995);
    assertThat(read.rejected)
        .extracting(text -> text.split(" is ")[0])
        .containsExactly(
            "m.jsonl:777: not UTF-8: byte 16 of the line",
            "m.jsonl:1777: not UTF-8: byte 16 of the line",
            "m.jsonl:2777: not UTF-8: byte 16 of the line",
            "m.jsonl:3777: not UTF-8: byte 16 of the line",
            "m.jsonl:4777: not UTF-8: byte 16 of the line");
  }

  @Test
  void compressedTextIsReadAsStrictly() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write("{\"text\":\"Grüße\"}\n{\"text\":\"zwei\"}\n".getBytes(WINDOWS));
    }
    Files.write(folder.resolve("a.jsonl.gz"), bytes.toByteArray());
    Files.write(folder.resolve("b.jsonl"), bytes.toByteArray());

    Reading read = Reading.documents(folder);

    assertThat(read.documents()).containsOnlyKeys("a.jsonl/2", "b.jsonl/2");
    assertThat(read.rejected).hasSize(2).first().asString().startsWith("a.jsonl.gz:1: not UTF-8");
  }

  private static String content(String name, String text) {
    return switch (name.substring(name.lastIndexOf('.'))) {
      case ".jsonl" -> "{\"text\": \"" + text + "\"}\n";
      case ".json" -> "{\n  \"text\": \"" + text + "\"\n}\n";
      case ".txt" -> text;
      default -> "text\n" + text + "\n";
    };
  }

  private void write(String name, String text, Charset charset) throws IOException {
    Files.write(folder.resolve(name), text.getBytes(charset));
  }
}
