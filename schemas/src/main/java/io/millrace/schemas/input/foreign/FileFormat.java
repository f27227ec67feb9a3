package io.millrace.schemas.input.foreign;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Recognises files that people send for text, by their first bytes: documents, archives, and
 * objects that a library serialised. Only signatures that no text begins with, or that are nothing
 * else; the table of image files has more, which are sure only where an image is expected.
 */
public final class FileFormat {

  private static final int LOOKED_AT = 1_024;

  private static final Map<String, String> BY_SIGNATURE =
      Map.ofEntries(
          Map.entry("PK\u0003\u0004", "a ZIP"), // also DOCX, ODT, EPUB and JAR
          Map.entry("PK\u0005\u0006", "a ZIP"),
          Map.entry("PK\u0007\b", "a ZIP"),
          Map.entry("\u001f\u008b", "a gzip"),
          Map.entry("(\u00b5/\u00fd", "a Zstandard"),
          Map.entry("\u0004\"M\u0018", "an LZ4"),
          Map.entry("\u00ff\u0006\0\0sNaPpY", "a Snappy"),
          Map.entry("\u00fd7zXZ\0", "an XZ"),
          Map.entry("7z\u00bc\u00af'\u001c", "a 7-Zip"),
          Map.entry("Rar!\u001a\u0007", "a RAR"),
          Map.entry("\u00d0\u00cf\u0011\u00e0\u00a1\u00b1\u001a\u00e1", "an Office 97 (DOC, MSG)"),
          Map.entry("\u00ac\u00ed\0\u0005", "a Java serialization"),
          Map.entry("Obj\u0001", "an Avro container"),
          Map.entry("PAR1\u0015", "a Parquet"),
          Map.entry("SQLite format 3\0", "a SQLite"),
          Map.entry("\u0089HDF\r\n", "an HDF5"),
          Map.entry("\u0093NUMPY", "a NumPy array"),
          Map.entry("\u007fELF", "an ELF"));

  /** The first characters of all signatures: most texts begin with another. */
  private static final BitSet FIRST = new BitSet();

  static {
    BY_SIGNATURE.keySet().forEach(it -> FIRST.set(it.charAt(0)));
  }

  private static final Pattern BZIP2 = Pattern.compile("BZh[1-9]1AY&SY.*", Pattern.DOTALL);

  /** Python's pickle: of the protocols 2 to 5, and of 0, which is text. */
  private static final Pattern PICKLE =
      Pattern.compile(
          "\\x80[\\x02-\\x05].*|\\([dl]p0\\n.*|[VS][^\\n]*\\np0\\n\\..*", Pattern.DOTALL);

  private FileFormat() {}

  /** Why a value is no text; empty if it does not begin like a file of another format. */
  public static Optional<String> problem(byte[] value) {
    return name(value)
        .map(name -> "%s file, not text: send the text in it, as text or JSON".formatted(name));
  }

  private static Optional<String> name(byte[] value) {
    String start =
        new String(value, 0, Math.min(value.length, LOOKED_AT), StandardCharsets.ISO_8859_1);
    String text = start.startsWith("\u00ef\u00bb\u00bf") ? start.substring(3) : start;
    text = text.stripLeading();
    if (text.startsWith("%PDF-")) {
      return Optional.of("a PDF");
    }
    if (text.startsWith("{\\rtf")) {
      return Optional.of("an RTF");
    }
    if (text.startsWith("%!PS")) {
      return Optional.of("a PostScript");
    }
    if (PICKLE.matcher(start).matches()) {
      return Optional.of("a pickle");
    }
    if (BZIP2.matcher(start).matches()) {
      return Optional.of("a bzip2");
    }
    if (start.isEmpty() || !FIRST.get(start.charAt(0))) {
      return Optional.empty();
    }
    return BY_SIGNATURE.entrySet().stream()
        .filter(it -> start.startsWith(it.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }
}
