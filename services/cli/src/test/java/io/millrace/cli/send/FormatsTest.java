package io.millrace.cli.send;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.records.EventHeaders;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Label;
import io.millrace.schemas.input.InputDecoder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files are read as what they are, and refused where that is not certain. */
final class FormatsTest {

  @TempDir Path folder;

  @Test
  void aJsonFileMayHoldOneObjectAnArrayOrLines() throws Exception {
    write("one.json", "{\n \"text\": \"a\",\n \"label\": 7.10\n}");
    write("line.json", "{\"text\": \"b\"}");
    write("array.json", "[\n{\"text\": \"c\", \"id\": 17},\n{\"text\": \"d\"}, {\"text\": \"e\"}]");
    write("lines.json", "{\"text\": \"f\"}\nnonsense\n{\"text\": \"g\"}\n");
    write("pretty.json", "{\n\"text\": \"h\"\n}\n{\n\"text\": \"i\"\n}\n");

    Reading read = Reading.documents(folder);

    assertThat(read.documents())
        .containsOnlyKeys(
            "one.json",
            "line.json",
            "17",
            "array.json/2",
            "array.json/3",
            "lines.json/1",
            "lines.json/3",
            "pretty.json/1",
            "pretty.json/2")
        .containsEntry("array.json/3", new Document("e", null));
    assertThat(read.documents()).containsEntry("one.json", new Document("a", "7.10"));
    assertThat(read.rejected)
        .singleElement()
        .asString()
        .startsWith("lines.json:2: not JSON (column");
  }

  @Test
  void aRecordSaysWhatItIsAboutAndInWhichSchema() throws Exception {
    write("plain.txt", "red fox");
    write("labelled.json", "{\"text\": \"red hen\", \"label\": \"hen\"}");
    InputRecord plain = Reading.documents(folder).accepted.get("plain.txt");
    InputRecord labelled = Reading.documents(folder).accepted.get("labelled.json");

    Headers ofText = plain.headers(InputKind.DOCUMENTS, 0);
    Headers ofAvro = labelled.headers(InputKind.DOCUMENTS, 0);

    assertThat(EventHeaders.text(ofText, "ce_subject")).contains("document/plain.txt");
    assertThat(EventHeaders.text(ofText, "ce_dataschema")).isEmpty();
    assertThat(EventHeaders.text(ofText, "ce_type")).contains("io.millrace.document");
    assertThat(EventHeaders.text(ofAvro, "ce_dataschema"))
        .contains(AvroCodec.of(Document.class).schemaUri());
    assertThat(EventHeaders.text(ofText, "ce_id"))
        .isNotEqualTo(EventHeaders.text(plain.headers(InputKind.DOCUMENTS, 0), "ce_id"));
  }

  @Test
  void aLabelIsAboutItsSubject() throws Exception {
    write("labels.csv", "subject,label\nimage/7,cat\n");

    InputRecord label = Reading.of(InputKind.LABELS, folder, Reading.options()).accepted.get("7");

    assertThat(EventHeaders.text(label.headers(InputKind.LABELS, 0), "ce_subject"))
        .contains("image/7");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "[{\"text\": \"a\"}, {\"text\": \"b\"#m.json:1: not JSON",
        "[{\"text\": \"a\"}]\\n{\"text\": \"b\"}#m.json:2: something follows the end of the array",
        "{\\n\"text\": \"a\"#m.json:2: not JSON",
        "[{\"text\": \"a\"}, 7]#m.json:1: not a JSON object",
        "[]#m.json: holds no record",
        "text#m.json:1: not JSON",
        "{\"id\": \"a\"}#m.json:1: has no field text, but id: --text-field",
        "{\"text\": {\"0\": \"a\"}}#m.json:1: the field text is a JSON object, not text",
        "{\"text\": \"a\", \"text\": \"b\"}#m.json:1: not JSON",
        "{\"text\": \"a\", \"id\": {\"$oid\": 1}}#m.json:1: the id is a JSON object",
      })
  void brokenJsonIsRefusedAtItsPlace(String content, String reason) throws Exception {
    write("m.json", content.replace("\\n", "\n"));

    assertThat(Reading.documents(folder).rejected).last().asString().startsWith(reason);
  }

  @Test
  void jsonLinesThatAreAnArrayAreNamed() throws Exception {
    write("m.jsonl", "[{\"text\": \"a\"},\n{\"text\": \"b\"}]");

    assertThat(Reading.documents(folder).rejected)
        .containsExactly(
            "m.jsonl: holds a JSON array, not an object on each line: name it .json, or say --as"
                + " json");
  }

  @Test
  void aTableIsReadByTheNamesOfItsColumns() throws Exception {
    write(
        "m.csv",
        "id,Label,text\n"
            + "1,spam,\"cheap, \"\"pills\"\"\"\r\n"
            + "2,,\"two\n"
            + "lines\"\n\n"
            + ",ham,three\n"
            + "4,x,\n");

    Reading read = Reading.documents(folder);

    assertThat(read.documents())
        .containsEntry("1", new Document("cheap, \"pills\"", "spam"))
        .containsEntry("2", new Document("two\nlines", null))
        .containsEntry("m.csv/6", new Document("three", "ham"))
        .hasSize(3);
    assertThat(read.rejected)
        .singleElement()
        .asString()
        .startsWith("m.csv:7: the field text is empty");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text;label\na;b\n",
        "sep=;\ntext;label\na;b\n",
        "text\tlabel\na\tb\n",
        "label|text\nb|a\n"
      })
  void theSeparatorIsTheOneOfTheFirstLine(String table) throws Exception {
    write("m.csv", table);

    assertThat(Reading.documents(folder).documents().values())
        .containsExactly(new Document("a", "b"));
  }

  @Test
  void columnsOfOtherNamesAreNamed() throws Exception {
    write("m.csv", "v1,v2,,\nham,\"Go until jurong, crazy\",,\n");

    assertThat(Reading.documents(folder).rejected)
        .singleElement()
        .asString()
        .startsWith("m.csv: has no column 'text' in its first line, which holds v1, v2")
        .contains("--text-field");
    assertThat(
            Reading.of(InputKind.DOCUMENTS, folder, Reading.fields("v2", "v1"))
                .documents()
                .values())
        .containsExactly(new Document("Go until jurong, crazy", "ham"));
    assertThat(Reading.of(InputKind.DOCUMENTS, folder, Reading.fields("v2", "nix")).rejected)
        .singleElement()
        .asString()
        .contains("no column 'v2' and 'nix'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "text,label,text",
        "text,label,label",
        "text,Id,ID",
        "text,Label,LABEL",
        "text;a;text"
      })
  void aColumnThatOccursTwiceIsNamed(String header) throws Exception {
    write(
        "m.csv",
        header + "\n" + "a,b,c,d".substring(0, 2 * header.split("[,;]").length - 1) + "\n");

    assertThat(Reading.documents(folder).rejected)
        .singleElement()
        .asString()
        .contains("occurs twice in its first line");
  }

  @Test
  void fieldsOfJsonAreNamedByPointersToo() throws Exception {
    write("m.jsonl", "{\"payload\": {\"body\": \"a\", \"class\": 7}}\n");

    assertThat(
            Reading.of(
                    InputKind.DOCUMENTS, folder, Reading.fields("/payload/body", "/payload/class"))
                .documents()
                .values())
        .containsExactly(new Document("a", "7"));
  }

  @Test
  void aRowOfTooManyFieldsIsRefusedAndTheNextIsRead() throws Exception {
    write("m.csv", "text,label\na, comma,x\nb,y\nc\n");

    Reading read = Reading.documents(folder);

    assertThat(read.documents()).containsOnlyKeys("m.csv/3");
    assertThat(read.rejected)
        .containsExactly(
            "m.csv:2: needs two fields, has 3: put a field that holds ',' or a line end in quotes",
            "m.csv:4: needs two fields, has 1: put a field that holds ',' or a line end in quotes");
  }

  @Test
  void aQuoteThatIsNotClosedIsRefusedFromItsLineOn() throws Exception {
    write("m.tsv", "text\tlabel\na\tx\n\"b\ty\nc\tz\n");

    Reading read = Reading.documents(folder);

    assertThat(read.documents()).containsOnlyKeys("m.tsv/2");
    assertThat(read.rejected)
        .singleElement()
        .asString()
        .startsWith("m.tsv:3: a quoted field is not closed")
        .contains("--no-quotes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "l.csv#subject,label\\nimage/1,7\\n",
        "l.csv#LABEL;subject\\n7;image/1\\n",
        "l.csv#image/1,7\\n",
        "l.txt#image/1,7\\n",
        "l.tsv#image/1\\t7\\n",
        "l.tsv#subject\\tother\\tlabel\\nimage/1\\tx\\t7\\n",
        "l.jsonl#{\"subject\": \"image/1\", \"label\": \"7\"}",
        "l.json#[{\"subject\": \"image/1\", \"label\": \"7\"}]",
        "l#image/1,7",
      })
  void labelsAreReadFromTablesAndJson(String name, String content) throws Exception {
    write(name, content.replace("\\n", "\n").replace("\\t", "\t"));

    Reading read = Reading.of(InputKind.LABELS, folder, Reading.options());

    assertThat(read.rejected).isEmpty();
    assertThat(InputDecoder.DEFAULT.label(null, null, read.accepted.get("1").value()))
        .isEqualTo(Decoded.valid(new Label("image/1", "7")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "l.csv#id,label\\n1,cat\\n#l.csv: has no column 'subject' and 'label'",
        "l.csv#subject,label\\n1,cat\\n#l.csv:2: subject must be image/ID or document/ID",
        "l.json#{\"subject\": \"image/1\", \"label\": [1]}#l.json:1: ",
        "l.xlsx#x#l.xlsx: is a spreadsheet",
        "l.doc5#x#l.doc5: has the ending .doc5: labels are read from .csv",
      })
  void labelsThatAreNotUnderstoodAreRefused(String name, String content, String reason)
      throws Exception {
    write(name, content.replace("\\n", "\n"));

    assertThat(Reading.of(InputKind.LABELS, folder, Reading.options()).rejected)
        .singleElement()
        .asString()
        .startsWith(reason);
  }

  @Test
  void parquetIsRead() throws Exception {
    copy("documents.parquet");

    Reading read = Reading.documents(folder);

    assertThat(read.documents())
        .containsEntry("1", new Document("cheap pills", "spam"))
        .containsEntry("2", new Document("dinner at eight", null))
        .containsEntry("3", new Document("Grüße, \"Jürgen\"", "ham"));
  }

  @Test
  void columnsOfParquetAreNamed() throws Exception {
    copy("reviews.parquet");

    assertThat(Reading.documents(folder).rejected)
        .singleElement()
        .asString()
        .startsWith("reviews.parquet: has no column 'text', but review, stars: --text-field");
    assertThat(
            Reading.of(InputKind.DOCUMENTS, folder, Reading.fields("review", "stars")).documents())
        .containsEntry("reviews.parquet/1", new Document("a fine film", "5"));
  }

  @Test
  void imagesOfParquetAreReadAsHuggingFaceWritesThem() throws Exception {
    copy("images.parquet");

    Reading read = Reading.of(InputKind.IMAGES, folder, Reading.options());

    assertThat(read.rejected).isEmpty();
    InputRecord first = read.accepted.get("images.parquet/1");
    Image image =
        ((Decoded.Valid<Image>) InputDecoder.DEFAULT.image(first.contentType(), first.value()))
            .value();
    assertThat(image.getLabel()).isEqualTo("7");
    assertThat(image.getEncoded().get(1)).isEqualTo((byte) 'P');
  }

  @Test
  void damagedParquetIsRefusedByName() throws Exception {
    write("m.parquet", "PAR1 and nothing else");

    assertThat(Reading.documents(folder).rejected)
        .singleElement()
        .asString()
        .startsWith("m.parquet: cannot be read as Parquet");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "m.xyz#has the ending .xyz: documents are read from .txt",
        "m.docx#is a text processor's document",
        "m.html#is markup",
        "m.pdf#is a PDF",
        "m.zip#is an archive",
        "m.xlsx#is a spreadsheet",
        "m.avro#is a table of another format",
        "m.npz#holds arrays",
      })
  void anEndingThatIsNotReadIsRefusedWithWhatToDo(String name, String reason) throws Exception {
    write(name, "some words");

    Reading read = Reading.documents(folder);

    assertThat(read.accepted).isEmpty();
    assertThat(read.rejected).singleElement().asString().startsWith(name + ": " + reason);
  }

  @Test
  void aNameWithoutEndingIsAText() throws Exception {
    for (String name :
        List.of("60191", "00001.7848dde101aa985090474a91ec93fcf0", "mail.1", "README")) {
      write(name, "some words");
    }

    assertThat(Reading.documents(folder).accepted).hasSize(4);
  }

  @ParameterizedTest
  @CsvSource({"a.txt, PK\003\004zip, is an archive", "a.csv, %PDF-1.7, is a PDF"})
  void aForeignContentIsNamedUnderAnyEnding(String name, String content, String reason)
      throws Exception {
    write(name, content);

    assertThat(Reading.documents(folder).rejected)
        .singleElement()
        .asString()
        .startsWith(name + ": " + reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'text': 'cheap pills', 'label': 'spam'}",
        "{\"text\": \"cheap pills\", \"label\": ",
        "{\"text\": \"a\"}\n{\"text\": \"b\"}\n"
      })
  void aTextThatIsNearlyJsonIsNotTakenForProseEither(String text) throws Exception {
    write("a.txt", text);

    Reading read = Reading.documents(folder);

    assertThat(read.accepted).isEmpty();
    assertThat(read.rejected).singleElement().asString().contains("JSON").contains("--as text");
  }

  @Test
  void aTextThatIsJsonIsNotTakenForProse() throws Exception {
    write("a.txt", "{\"text\": \"cheap pills\", \"label\": \"spam\"}");

    assertThat(Reading.documents(folder).rejected)
        .containsExactly("a.txt: holds JSON: say --as json, or --as text to read it as text");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "cat"})
  void whatIsNoImageIsRefusedWithALabelOrWithout(String label) throws Exception {
    write("a.txt", "no picture");
    write("b.png", "no picture either");
    write("c.npy", "\u0093NUMPY");
    SendOptions plain = Reading.options();
    SendOptions options =
        new SendOptions(
            label.isEmpty() ? Optional.empty() : Optional.of(label),
            false,
            plain.format(),
            plain.tables(),
            plain.fields(),
            "");

    Reading read = Reading.of(InputKind.IMAGES, folder, options);

    assertThat(read.accepted).isEmpty();
    assertThat(read.rejected).hasSize(3);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      value = {
        "m.jsonl#{\"image\": \"iVBORw0KGgoB\", \"label\": 7, \"id\": \"a\"}",
        "m.json#[{\"image\": \"data:image/png;base64,iVBORw0KGgoB\", \"label\": \"7\", \"id\":"
            + " \"a\"}]",
      })
  void imagesInJsonAreRead(String name, String content) throws Exception {
    write(name, content);

    Reading read = Reading.of(InputKind.IMAGES, folder, Reading.options());

    assertThat(read.rejected).isEmpty();
    InputRecord sent = read.accepted.get("a");
    assertThat(sent.label()).contains("7");
  }

  private void write(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private void copy(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(FormatsTest.class.getResourceAsStream(name), name)) {
      Files.copy(in, folder.resolve(name));
    }
  }
}
