package io.millrace.cli.send;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/** Files that people have but Millrace does not read, and what they can do instead. */
final class ForeignFormat {

  static final int LONGEST_MAGIC = 16;

  private static final String UNPACK = "is an archive: unpack it and send what is in it";
  private static final String SPREADSHEET = "is a spreadsheet: save it as CSV in UTF-8";
  private static final String LETTER = "is a text processor's document: save it as plain text";
  private static final String ARRAYS =
      "holds arrays of Python or another program: write PNG files, IDX or JSON lines from it";
  private static final String COLUMNS =
      "is a table of another format: write it as Parquet, or as JSON lines (pandas:"
          + " to_json('it.jsonl', orient='records', lines=True))";
  private static final String MARKUP =
      "is markup, whose tags would be read as words: take the text"
          + " out of it, or say --as text";
  private static final String MAIL =
      "is a mail with headers and encoded parts: take the text out of" + " it, or say --as text";

  private static final Map<String, String> BY_ENDING =
      Map.ofEntries(
          Map.entry("zip", UNPACK),
          Map.entry("tar", UNPACK),
          Map.entry("tgz", UNPACK),
          Map.entry("7z", UNPACK),
          Map.entry("rar", UNPACK),
          Map.entry("bz2", UNPACK),
          Map.entry("xz", UNPACK),
          Map.entry("zst", UNPACK),
          Map.entry("xlsx", SPREADSHEET),
          Map.entry("xls", SPREADSHEET),
          Map.entry("ods", SPREADSHEET),
          Map.entry("docx", LETTER),
          Map.entry("doc", LETTER),
          Map.entry("odt", LETTER),
          Map.entry("rtf", LETTER),
          Map.entry("pdf", "is a PDF: take the text out of it, for example with pdftotext"),
          Map.entry("npy", ARRAYS),
          Map.entry("npz", ARRAYS),
          Map.entry("pt", ARRAYS),
          Map.entry("pth", ARRAYS),
          Map.entry("pkl", ARRAYS),
          Map.entry("pickle", ARRAYS),
          Map.entry("h5", ARRAYS),
          Map.entry("hdf5", ARRAYS),
          Map.entry("mat", ARRAYS),
          Map.entry("avro", COLUMNS),
          Map.entry("orc", COLUMNS),
          Map.entry("arrow", COLUMNS),
          Map.entry("feather", COLUMNS),
          Map.entry("sqlite", COLUMNS),
          Map.entry("db", COLUMNS),
          Map.entry("html", MARKUP),
          Map.entry("htm", MARKUP),
          Map.entry("xml", MARKUP),
          Map.entry("eml", MAIL),
          Map.entry("mbox", MAIL));

  private static final Map<String, String> BY_MAGIC =
      Map.of(
          "%PDF-",
          "pdf",
          "PK\003\004",
          "zip",
          "7z\274\257\047\034",
          "7z",
          "Rar!\032\007",
          "rar",
          "BZh9",
          "bz2",
          "\375" + "7zXZ",
          "xz",
          "(\265/\375",
          "zst",
          "SQLite format 3",
          "sqlite",
          "\223NUMPY",
          "npy",
          "\211HDF\r\n\032\n",
          "h5");

  private ForeignFormat() {}

  /**
   * What to do with a file; empty if it is not known to be foreign.
   *
   * @param start its first bytes
   * @param ending the ending of its name
   */
  static Optional<String> advice(byte[] start, String ending) {
    Optional<String> byName = Optional.ofNullable(BY_ENDING.get(ending));
    return byName.isPresent() ? byName : byMagic(start);
  }

  private static Optional<String> byMagic(byte[] start) {
    return BY_MAGIC.entrySet().stream()
        .filter(magic -> startsWith(start, magic.getKey().getBytes(StandardCharsets.ISO_8859_1)))
        .findFirst()
        .flatMap(magic -> Optional.ofNullable(BY_ENDING.get(magic.getValue())));
  }

  static boolean startsWith(byte[] bytes, byte[] magic) {
    for (int i = 0; i < magic.length; i++) {
      if (i == bytes.length || bytes[i] != magic[i]) {
        return false;
      }
    }
    return true;
  }
}
