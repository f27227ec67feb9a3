package io.millrace.runtime.inputs;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.avro.Document;
import io.millrace.schemas.avro.Label;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of every form of a document: the tables of {@code docs/inputs.md}. */
final class DocumentFormsTest {

  private static final String ROW = "{\"id\": 7, \"body\": \"red fox\", \"kind\": \"fox\"}";

  private static final String UNAVAILABLE =
      " is Debezium's placeholder for a column that did not change, which the source database did"
          + " not send: in PostgreSQL, set REPLICA IDENTITY FULL on the table";

  static List<InputCase> accepted() {
    return List.of(
        InputCase.of("plain text", "red fox").gives("`red fox`"),
        InputCase.of("a JSON object", "{\"text\": \"red fox\", \"label\": \"fox\"}")
            .gives("`red fox`, label `fox`"),
        InputCase.of("a JSON object without label", "{\"text\": \"red fox\", \"label\": null}")
            .gives("`red fox`"),
        InputCase.of(
                "other fields, NaN among them",
                "{\"text\": \"red fox\", \"score\": NaN, \"tags\": [1, {}]}")
            .gives("`red fox`"),
        InputCase.of("a number as text or label", "{\"text\": 1e3, \"label\": 7.0}")
            .gives("`1e3`, label `7.0`"),
        InputCase.of("a truth value as label", "{\"text\": \"red fox\", \"label\": true}")
            .gives("`red fox`, label `true`"),
        InputCase.of("Avro `Document` in single-object encoding", "", avro())
            .gives("`red fox`, label `fox`"),
        InputCase.of("no value (a tombstone)", "", null).gives("deletes `mail-1`"),
        InputCase.of("UTF-8 with a byte order mark", "", "\ufeffred fox".getBytes(UTF_8))
            .gives("`red fox`"),
        InputCase.of(
                "JSON with a byte order mark",
                "",
                "\ufeff{\"text\": \"\ufeffred fox\"}".getBytes(UTF_8))
            .gives("`red fox`"),
        InputCase.of("UTF-16 with a byte order mark", "", "\ufeffred fox".getBytes(UTF_16LE))
            .gives("`red fox`"),
        InputCase.of("UTF-16, the other order", "", "\ufeffrød".getBytes(UTF_16BE)).gives("`rød`"),
        InputCase.of("another charset", "", "café".getBytes(ISO_8859_1))
            .as("text/plain; charset=ISO-8859-1")
            .gives("`café`"),
        InputCase.of("Windows' quotes", "", bytes("“café”", "windows-1252"))
            .as("text/plain;charset=\"Windows-1252\"; format=flowed")
            .gives("`“café”`"),
        InputCase.of("JSON in another charset", "", bytes("{\"text\": \"кот\"}", "KOI8-R"))
            .as("application/json; charset=koi8-r")
            .gives("`кот`"),
        InputCase.of("JSON as text, if the content type says so", "{\"text\": \"red fox\"}")
            .as("text/plain")
            .gives("`{\"text\": \"red fox\"}`"),
        InputCase.of("any other text: HTML, XML, Markdown, CSV, with its marks", "<b>red</b> fox")
            .as("text/html")
            .gives("`<b>red</b> fox`"),
        InputCase.of("a mail", "Subject: red fox").as("message/rfc822").gives("`Subject: red fox`"),
        InputCase.of("a content type that says nothing", "{\"text\": \"red fox\"}")
            .as("application/octet-stream")
            .gives("`red fox`"),
        InputCase.of("a content type in quotes, as Spring writes it", "{\"text\": \"red fox\"}")
            .as("\"application/json\"")
            .gives("`red fox`"),
        InputCase.of("a JSON string, if the content type says so", "\"red fox\"")
            .as("application/json")
            .gives("`red fox`"),
        InputCase.of("JSON after a no-break space", "\u00a0{\"text\": \"red fox\"}")
            .gives("`red fox`"),
        InputCase.of(
                "JSON after several byte order marks",
                "",
                "\ufeff\ufeff\ufeff {\"text\": \"red fox\"}".getBytes(UTF_8))
            .gives("`red fox`"),
        InputCase.of("prose with an assignment or a call", "Set x=(text=1) and call f(text) {now}")
            .gives("`Set x=(text=1) and call f(text) {now}`"),
        InputCase.of("prose about JSON", "Send this: {\"text\": \"red fox\"}")
            .gives("`Send this: {\"text\": \"red fox\"}`"),
        InputCase.of("prose that begins with a brace", "{red} fox: not JSON")
            .gives("`{red} fox: not JSON`"),
        InputCase.of("prose that begins with a bracket", "[PATCH] red fox")
            .gives("`[PATCH] red fox`"));
  }

  static List<InputCase> refused() {
    return List.of(
        InputCase.of("no value at all", "", new byte[0]).gives("refused: the value is empty"),
        InputCase.of("bytes that are not UTF-8", "", "café".getBytes(ISO_8859_1))
            .gives(
                "refused: not UTF-8: byte 4 is 0xe9: send UTF-8, or name the charset in the"
                    + " record's content-type header, such as text/plain; charset=windows-1252"),
        InputCase.of("bytes that are not of the charset", "", "café".getBytes(ISO_8859_1))
            .as("text/plain; charset=us-ascii")
            .gives(
                "refused: not US-ASCII: byte 4 is 0xe9: correct the charset in the content-type"
                    + " header"),
        InputCase.of("a charset that nobody knows", "red fox")
            .as("text/plain; charset=latin-99")
            .gives(
                "refused: the content-type header names the charset 'latin-99', which is unknown:"
                    + " send a name such as utf-8 or windows-1252"),
        InputCase.of("a charset that the bytes belie", "", "\ufeffcafé".getBytes(UTF_8))
            .as("text/plain; charset=iso-8859-1")
            .gives(
                "refused: the content-type header says charset=ISO-8859-1, but the value begins"
                    + " with the byte order mark of UTF-8: correct one of them"),
        InputCase.of("UTF-16 without a byte order mark", "", "red fox".getBytes(UTF_16LE))
            .gives(
                "refused: character 2 is NUL, which text does not hold: if it is UTF-16, send"
                    + " charset=utf-16le or utf-16be in the content-type header"),
        InputCase.of(
                "an image", "", new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'})
            .gives("refused: an image (image/png), not a document"),
        InputCase.of("a control character", "", "red\u001b[0m fox".getBytes(UTF_8))
            .gives(
                "refused: binary, not text: character 4 is the control character U+001B (ESCAPE):"
                    + " send text without it, or name the charset in the record's content-type"
                    + " header"),
        InputCase.of("a control character, declared as text", "", "red\u0001".getBytes(UTF_8))
            .as("text/plain")
            .gives(
                "refused: binary, not text: character 4 is the control character U+0001 (START OF"
                    + " HEADING): send text without it, or name the charset in the record's"
                    + " content-type header"),
        InputCase.of("PDF", "%PDF-1.7")
            .gives("refused: a PDF file, not text: send the text in it, as text or JSON"),
        InputCase.of("RTF", "{\\rtf1 red fox}")
            .as("text/rtf")
            .gives("refused: an RTF file, not text: send the text in it, as text or JSON"),
        InputCase.of(
                "ZIP, which DOCX, ODT and EPUB are too", "", new byte[] {'P', 'K', 3, 4, 20, 0})
            .gives("refused: a ZIP file, not text: send the text in it, as text or JSON"),
        InputCase.of("gzip", "", new byte[] {0x1f, (byte) 0x8b, 8, 0})
            .gives("refused: a gzip file, not text: send the text in it, as text or JSON"),
        InputCase.of("Zstandard", "", new byte[] {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd})
            .gives("refused: a Zstandard file, not text: send the text in it, as text or JSON"),
        InputCase.of("Python's pickle", "", new byte[] {(byte) 0x80, 4, 'K', 7, '.'})
            .gives("refused: a pickle file, not text: send the text in it, as text or JSON"),
        InputCase.of("another content type", "%PDF-1.7")
            .as("application/pdf")
            .gives(
                "refused: the content type application/pdf is not read: send text, JSON, Avro or an"
                    + " image, and its content type or none"),
        InputCase.of("XML as an application", "<a>red fox</a>")
            .as("application/xml")
            .gives(
                "refused: the content type application/xml is not read: send text, JSON, Avro or an"
                    + " image, and its content type or none"),
        InputCase.of("a content type that is no media type", "red fox")
            .as("text")
            .gives(
                "refused: the content-type header 'text' is not a media type such as text/plain or"
                    + " application/json"),
        InputCase.of(
                "Avro of another schema",
                "",
                AvroCodec.of(Label.class).encode(new Label("image/1", "7")))
            .gives("refused: is an Avro Label, not a Document"),
        InputCase.of("JSON without text", "{\"body\": \"red fox\", \"kind\": \"fox\"}")
            .gives(
                "refused: the JSON has no text at /text (documents.json.text); it has the fields"
                    + " body, kind: set documents.json.text to where it lies"),
        InputCase.of("text that is no string", "{\"text\": [\"red\", \"fox\"]}")
            .gives("refused: the text at documents.json.text=/text is a JSON array: send a string"),
        InputCase.of("text that is not a number", "{\"text\": NaN}")
            .gives(
                "refused: the text at documents.json.text=/text is NaN, which JSON does not have:"
                    + " send null for none"),
        InputCase.of("a field twice", "{\"text\": \"red\", \"text\": \"fox\"}")
            .gives(
                "refused: the text at documents.json.text=/text occurs twice in its JSON object:"
                    + " send it once"),
        InputCase.of("a list of labels", "{\"text\": \"red fox\", \"label\": [\"fox\", \"red\"]}")
            .gives(
                "refused: the label at documents.json.label=/label is a JSON array: send a string"),
        InputCase.of(
                "an object as label", "{\"text\": \"red fox\", \"label\": {\"name\": \"fox\"}}")
            .gives(
                "refused: the label at documents.json.label=/label is a JSON object: send a"
                    + " string"),
        InputCase.of("NaN as label", "{\"text\": \"red fox\", \"label\": NaN}")
            .gives(
                "refused: the label at documents.json.label=/label is NaN, which JSON does not"
                    + " have: send null for none"),
        InputCase.of("Python's `str(dict)`", "{'text': 'red fox', 'label': None}")
            .gives(
                "refused: begins like JSON but is not (line 1, column 2: Unexpected character ('''"
                    + " (code 39)): was expecting double-quote to start field name): send valid"
                    + " JSON, or text/plain as content type"),
        InputCase.of("Python's `str(bytes)`", "b'{\"text\": \"red fox\"}'")
            .gives(
                "refused: a JSON object in quotes, encoded twice: send the object itself, or"
                    + " text/plain as content type"),
        InputCase.of("Java's `Map.toString()`", "{label=fox, text=red fox}")
            .gives(
                "refused: begins like JSON but is not (line 1, column 2: Unexpected character ('l'"
                    + " (code 108)): was expecting double-quote to start field name): send valid"
                    + " JSON, or text/plain as content type"),
        InputCase.of("JavaScript's object", "{text: \"red fox\"}")
            .gives(
                "refused: begins like JSON but is not (line 1, column 2: Unexpected character ('t'"
                    + " (code 116)): was expecting double-quote to start field name): send valid"
                    + " JSON, or text/plain as content type"),
        InputCase.of("JSON cut off in an array", "[{\"text\": \"red fox\"}")
            .gives(
                "refused: begins like JSON but is not (line 1, column 21: Unexpected end-of-input:"
                    + " expected close marker for Array): send valid JSON, or text/plain as content"
                    + " type"),
        InputCase.of("JSON cut off after a name", "{\"text\"")
            .gives(
                "refused: begins like JSON but is not (line 1, column 8: Unexpected end-of-input"
                    + " within/between Object entries): send valid JSON, or text/plain as content"
                    + " type"),
        InputCase.of("JSON after a zero-width space", "\u200b{\"text\": \"red fox\"}")
            .gives(
                "refused: begins like JSON but is not (line 1, column 1: Unexpected character"
                    + " ('\u200b' (code 8203 / 0x200b)): expected a valid value (JSON String,"
                    + " Number (or 'NaN'/'+INF'/'-INF'), Array, Object or token 'null', 'true' or"
                    + " 'false')): send valid JSON, or text/plain as content type"),
        InputCase.of("JSON after a guard against hijacking", ")]}'\n{\"text\": \"red fox\"}")
            .gives(
                "refused: a JSON object behind other characters ()]}'): send the object alone, or"
                    + " text/plain as content type"),
        InputCase.of("JSON after a comment", "// red\n{\"text\": \"red fox\"}")
            .gives(
                "refused: a JSON object behind other characters (// red): send the object alone, or"
                    + " text/plain as content type"),
        InputCase.of("JSON after a block comment", "/* red */ {\"text\": \"red fox\"}")
            .gives(
                "refused: a JSON object behind other characters (/* red */): send the object alone,"
                    + " or text/plain as content type"),
        InputCase.of("JSON in a form's field", "json={\"text\": \"red fox\"}")
            .gives(
                "refused: a JSON object behind other characters (json=): send the object alone, or"
                    + " text/plain as content type"),
        InputCase.of("JSON after a key", "mail-1\t{\"text\": \"red fox\"}")
            .gives(
                "refused: a JSON object behind other characters (mail-1): send the object alone, or"
                    + " text/plain as content type"),
        InputCase.of("JSON in a call", "callback({\"text\": \"red fox\"});")
            .gives(
                "refused: a JSON object behind other characters (callback(): send the object alone,"
                    + " or text/plain as content type"),
        InputCase.of("Kafka Connect's `Struct`", "Struct{id=7,text=red fox}")
            .gives(
                "refused: begins like an object that was printed by Java, Python or another"
                    + " language (Struct{id=7,text=red…): send JSON, or text/plain as content"
                    + " type"),
        InputCase.of("a Java record", "Mail[text=red fox, label=fox]")
            .gives(
                "refused: begins like an object that was printed by Java, Python or another"
                    + " language (Mail[text=red fox, l…): send JSON, or text/plain as content"
                    + " type"),
        InputCase.of("Python's data class", "Mail(text='red fox', label='fox')")
            .gives(
                "refused: begins like an object that was printed by Java, Python or another"
                    + " language (Mail(text='red fox',…): send JSON, or text/plain as content"
                    + " type"),
        InputCase.of(
                "Python's `OrderedDict`", "OrderedDict([('text', 'red fox'), ('label', 'fox')])")
            .gives(
                "refused: begins like an object that was printed by Java, Python or another"
                    + " language (OrderedDict([('text'…): send JSON, or text/plain as content"
                    + " type"),
        InputCase.of("JavaScript's `String(object)`", "[object Object]")
            .gives(
                "refused: begins like an object that was printed by Java, Python or another"
                    + " language ([object Object]): send JSON, or text/plain as content type"),
        InputCase.of("Python's `str(bytes)` of text", "b'red fox'")
            .gives(
                "refused: bytes that Python printed (b'red fox'): send the bytes themselves, or"
                    + " text/plain as content type"),
        InputCase.of("an empty array", "[]")
            .gives("refused: a JSON array: send each element in a record of its own"),
        InputCase.of("JSON cut off", "{\"label\": \"fox\", \"te")
            .gives(
                "refused: begins like JSON but is not (line 1, column 21: Unexpected end-of-input"
                    + " in field name): send valid JSON, or text/plain as content type"),
        InputCase.of("two objects in one record", "{\"text\": \"red\"}\n{\"text\": \"fox\"}")
            .gives(
                "refused: begins like JSON but is not (line 2, column 1: a second JSON value: send"
                    + " each in a record of its own): send valid JSON, or text/plain as content"
                    + " type"),
        InputCase.of("something after the object", "{\"text\": \"red fox\"};")
            .gives(
                "refused: begins like JSON but is not (line 1, column 20: Unexpected character (';'"
                    + " (code 59)): expected a valid value (JSON String, Number (or"
                    + " 'NaN'/'+INF'/'-INF'), Array, Object or token 'null', 'true' or 'false')):"
                    + " send valid JSON, or text/plain as content type"),
        InputCase.of("an array of objects", "[{\"text\": \"red\"}, {\"text\": \"fox\"}]")
            .gives("refused: a JSON array: send each element in a record of its own"),
        InputCase.of("an array of texts", "[\"red\", \"fox\"]")
            .gives("refused: a JSON array: send each element in a record of its own"),
        InputCase.of("JSON encoded twice", "\"{\\\"text\\\": \\\"red fox\\\"}\"")
            .gives(
                "refused: a JSON object in quotes, encoded twice: send the object itself, or"
                    + " text/plain as content type"),
        InputCase.of(
                "JSON encoded twice, with its content type", "\"{\\\"text\\\": \\\"red fox\\\"}\"")
            .as("application/json")
            .gives("refused: JSON encoded twice, as a string: send the object itself"),
        InputCase.of("JSON in a shell's quotes", "'{\"text\": \"red fox\"}'")
            .gives(
                "refused: a JSON object in quotes, encoded twice: send the object itself, or"
                    + " text/plain as content type"),
        InputCase.of("typographic quotes", "{“text”: “red fox”}")
            .gives(
                "refused: begins like JSON but is not (line 1, column 2: Unexpected character ('“'"
                    + " (code 8220 / 0x201c)): was expecting double-quote to start field name):"
                    + " send valid JSON, or text/plain as content type"),
        InputCase.of("no JSON, although the content type says so", "red fox")
            .as("application/json")
            .gives(
                "refused: not JSON (line 1, column 1: Unrecognized token 'red': was expecting (JSON"
                    + " String, Number (or 'NaN'/'+INF'/'-INF'), Array, Object or token 'null',"
                    + " 'true' or 'false')): send valid JSON, or text/plain as content type"),
        InputCase.of("an invisible character in the key", "red fox")
            .under("\ufeffmail-1")
            .gives(
                "refused: the key holds the invisible character U+FEFF (ZERO WIDTH NO-BREAK SPACE):"
                    + " send it without"),
        InputCase.of("a key that is a number in binary", "red fox")
            .under("\0\0\0\7")
            .gives(
                "refused: the key holds the character NUL, like a number in binary or Confluent's"
                    + " wire format: send the id as text, or name a field of the value by"
                    + " documents.json.id"));
  }

  static List<InputCase> envelopes() {
    String debezium = "{\"before\": null, \"after\": " + ROW + ", \"source\": {}, \"op\": \"c\"}";
    String deletion = "{\"before\": {\"id\": 7}, \"after\": null, \"source\": {}, \"op\": \"d\"}";
    String event =
        "{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"/a\", \"type\": \"t\", ";
    String structured = "application/cloudevents+json";
    return List.of(
        InputCase.of(
                "an application's event",
                "{\"mail\": {\"body\": \"red fox\", \"folder\": \"fox\", \"nr\": 7}}")
            .with("documents.json.text", "/mail/body")
            .with("documents.json.label", "/mail/folder")
            .with("documents.json.id", "/mail/nr")
            .gives("`red fox`, label `fox`, id `7`"),
        InputCase.of("Kafka Connect with its schema", "{\"schema\": {}, \"payload\": " + ROW + "}")
            .with("documents.json.text", "/payload/body")
            .with("documents.json.label", "/payload/kind")
            .gives("`red fox`, label `fox`"),
        InputCase.of("the same without the setting", "{\"schema\": {}, \"payload\": " + ROW + "}")
            .gives(
                "refused: the JSON has no text at /text (documents.json.text); it looks like Kafka"
                    + " Connect's schema envelope: set documents.json.text=/payload/FIELD, with"
                    + " FIELD one of id, body, kind"),
        InputCase.of("Debezium", debezium)
            .with("documents.json.text", "/after/body")
            .with("documents.json.label", "/after/kind")
            .with("documents.json.id", "/after/id")
            .gives("`red fox`, label `fox`, id `7`"),
        InputCase.of("Debezium with its schema", "{\"schema\": {}, \"payload\": " + debezium + "}")
            .with("documents.json.text", "/payload/after/body")
            .gives("`red fox`"),
        InputCase.of(
                "a column that Debezium was not given",
                "{\"before\": null, \"after\": {\"id\": 7, \"body\":"
                    + " \"__debezium_unavailable_value\"}, \"source\": {}, \"op\": \"u\"}")
            .with("documents.json.text", "/after/body")
            .gives("refused: the text at documents.json.text=/after/body" + UNAVAILABLE),
        InputCase.of(
                "an id that Debezium was not given",
                "{\"text\": \"red fox\", \"id\": \"__debezium_unavailable_value\"}")
            .with("documents.json.id", "/id")
            .gives("refused: the id at documents.json.id=/id" + UNAVAILABLE),
        InputCase.of("the column alone", "__debezium_unavailable_value")
            .gives("refused: the text" + UNAVAILABLE),
        InputCase.of("a row deleted, by Debezium", deletion)
            .with("documents.json.text", "/after/body")
            .with("documents.json.id", "/after/id")
            .gives("deletes `7`"),
        InputCase.of("Debezium's tombstone after it", "", null)
            .under("{\"id\": 7}")
            .with("documents.json.text", "/after/body")
            .with("documents.json.id", "/after/id")
            .gives("deletes `7`"),
        InputCase.of(
                "a table emptied, by Debezium",
                "{\"before\": null, \"after\": null, \"source\": {}, \"op\": \"t\"}")
            .with("documents.json.text", "/after/body")
            .gives("refused: a Debezium event that is not about one row (op: t)"),
        InputCase.of(
                "Debezium without the setting", "{\"schema\": {}, \"payload\": " + debezium + "}")
            .gives(
                "refused: the JSON has no text at /text (documents.json.text); it looks like a"
                    + " Debezium event: set documents.json.text=/payload/after/FIELD, with FIELD"
                    + " one of id, body, kind"),
        InputCase.of("a pointer that finds nothing", "{\"body\": \"red fox\"}")
            .with("documents.json.text", "/mail/body")
            .gives(
                "refused: the JSON has no text at /mail/body (documents.json.text); it has the"
                    + " fields body: set documents.json.text to where it lies"),
        InputCase.of("an id pointer that finds nothing", "{\"text\": \"red fox\"}")
            .with("documents.json.id", "/nr")
            .gives(
                "refused: the JSON has no id at /nr (documents.json.id); it has the fields text:"
                    + " set documents.json.id to where it lies"),
        InputCase.of("a deletion whose key has no id", "", null)
            .under("{\"nr\": 7}")
            .with("documents.json.id", "/id")
            .gives(
                "refused: the key of a deletion is JSON without the field id, the last step of"
                    + " documents.json.id=/id"),
        InputCase.of("labels that are something else", "{\"text\": \"red fox\", \"label\": [1, 2]}")
            .with("documents.json.label", "")
            .gives("`red fox`"),
        InputCase.of(
                "a CloudEvent in structured mode",
                event + "\"data\": {\"text\": \"red fox\", \"label\": \"fox\"}}")
            .as(structured)
            .gives("`red fox`, label `fox`"),
        InputCase.of(
                "the same without its content type", event + "\"data\": {\"text\": \"red fox\"}}")
            .gives("`red fox`"),
        InputCase.of(
                "a CloudEvent of text",
                event + "\"datacontenttype\": \"text/plain\", \"data\": \"red fox\"}")
            .as(structured + "; charset=utf-8")
            .gives("`red fox`"),
        InputCase.of(
                "a CloudEvent in base64",
                event
                    + "\"datacontenttype\": \"text/plain; charset=iso-8859-1\", \"data_base64\":"
                    + " \"Y2Fm6Q==\"}")
            .as(structured)
            .gives("`café`"),
        InputCase.of(
                "a CloudEvent's attribute as id",
                "{\"specversion\": \"1.0\", \"subject\": \"mail-7\", \"data\": {\"text\": \"red"
                    + " fox\"}}")
            .as(structured)
            .with("documents.json.id", "/subject")
            .gives("`red fox`, id `mail-7`"),
        InputCase.of(
                "an id in the CloudEvent and in its data",
                event + "\"data\": {\"text\": \"red fox\", \"id\": 7}}")
            .as(structured)
            .with("documents.json.id", "/id")
            .gives(
                "refused: the id at documents.json.id=/id is both an attribute of the CloudEvent"
                    + " and a field of its data: begin the setting with /data for the field"),
        InputCase.of(
                "the same, said clearly", event + "\"data\": {\"text\": \"red fox\", \"id\": 7}}")
            .as(structured)
            .with("documents.json.id", "/data/id")
            .gives("`red fox`, id `7`"),
        InputCase.of(
                "a CloudEvent with the application's fields",
                event + "\"data\": {\"body\": \"red fox\"}}")
            .as(structured)
            .with("documents.json.text", "/data/body")
            .gives("`red fox`"),
        InputCase.of("the same without the setting", event + "\"data\": {\"body\": \"red fox\"}}")
            .as(structured)
            .gives(
                "refused: the JSON has no text at /text (documents.json.text); it is a CloudEvent:"
                    + " set documents.json.text=/data/body"),
        InputCase.of("a CloudEvent without data", event + "\"data\": null}")
            .as(structured)
            .gives("refused: a CloudEvent needs either data or data_base64, and not both"),
        InputCase.of("a CloudEvent of an older version", "{\"specversion\": \"0.3\", \"data\": {}}")
            .as(structured)
            .gives("refused: CloudEvents 0.3: only 1.0 is read"),
        InputCase.of("several CloudEvents in one record", "[]")
            .as("application/cloudevents-batch+json")
            .gives(
                "refused: a batch of CloudEvents (application/cloudevents-batch+json): send each"
                    + " event in a record of its own"),
        InputCase.of(
                "Confluent's wire format without a registry",
                "",
                new byte[] {0, 0, 0, 0, 17, 14, 'r'})
            .gives(
                "refused: begins like Confluent's wire format (a zero byte, then the schema id 17):"
                    + " set schema.registry.url to the registry that has the schema, or send plain"
                    + " JSON"));
  }

  static Stream<InputCase> all() {
    return Stream.of(accepted(), refused(), envelopes()).flatMap(List::stream);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("all")
  void isRead(InputCase it) {
    assertThat(it.documentResult()).isEqualTo(it.result());
  }

  @Test
  void thePageHasARowForEveryCase() throws IOException {
    InputTable.hasRows("documents", rows(accepted()));
    InputTable.hasRows("documents refused", rows(refused()));
    InputTable.hasRows("documents in envelopes", rows(envelopes()));
  }

  static List<InputTable.Row> rows(List<InputCase> cases) {
    List<InputTable.Row> rows = new ArrayList<>();
    cases.forEach(it -> rows.add(it.row()));
    return rows;
  }

  private static byte[] avro() {
    return AvroCodec.of(Document.class).encode(new Document("red fox", "fox"));
  }

  private static byte[] bytes(String text, String charset) {
    return text.getBytes(Charset.forName(charset));
  }
}
