package io.millrace.schemas.input;

import io.millrace.schemas.Decoded;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What the first bytes of a file say that it is: an image that is read, or something that people
 * send for one, which is refused by its name. The signatures are those of the formats'
 * specifications; where they are short, a second mark must agree.
 *
 * @param name with its article: {@code an AVIF}
 * @param mediaType as a content type has it; empty for what is not read
 */
public record ImageFormat(String name, String mediaType) {

  private static final String READ = "PNG, JPEG, GIF, BMP, TIFF, WebP or PNM";

  /** Why bytes of an unknown format are refused. */
  static final String UNKNOWN =
      "the bytes are no image file that is known: send " + READ + ", alone or in JSON or Avro";

  private static final int LOOKED_AT = 1_024;

  private static final ImageFormat GIF = new ImageFormat("a GIF", "image/gif");
  private static final ImageFormat TIFF = new ImageFormat("a TIFF", "image/tiff");

  private static final Map<String, ImageFormat> READ_BY_SIGNATURE =
      Map.of(
          "\u0089PNG\r\n\u001a\n", new ImageFormat("a PNG", "image/png"),
          "\u00ff\u00d8", new ImageFormat("a JPEG", "image/jpeg"),
          "GIF87a", GIF,
          "GIF89a", GIF,
          "II*\0", TIFF,
          "MM\0*", TIFF);

  private static final Map<String, String> OTHERS_BY_SIGNATURE =
      Map.ofEntries(
          Map.entry("\u00ff\n", "a JPEG XL"),
          Map.entry("\0\0\0\fJXL \r\n\u0087\n", "a JPEG XL"),
          Map.entry("\0\0\0\fjP  \r\n\u0087\n", "a JPEG 2000"),
          Map.entry("\u00ffO\u00ffQ", "a JPEG 2000"),
          Map.entry("II+\0", "a BigTIFF"),
          Map.entry("MM\0+", "a BigTIFF"),
          Map.entry("IIRO", "a camera's raw (ORF)"),
          Map.entry("IIRS", "a camera's raw (ORF)"),
          Map.entry("MMOR", "a camera's raw (ORF)"),
          Map.entry("IIU\0", "a camera's raw (RW2)"),
          Map.entry("FUJIFILMCCD-RAW", "a camera's raw (RAF)"),
          Map.entry("8BPS", "a Photoshop"),
          Map.entry("%PDF-", "a PDF"),
          Map.entry("%!PS", "a PostScript"),
          Map.entry("v/1\u0001", "an OpenEXR"),
          Map.entry("#?RADIANCE", "a Radiance HDR"),
          Map.entry("#?RGBE", "a Radiance HDR"),
          Map.entry("qoif", "a QOI"),
          Map.entry("gimp xcf", "a GIMP"),
          Map.entry("DDS ", "a DDS"),
          Map.entry("icns", "an ICNS"),
          Map.entry("\u008aMNG\r\n\u001a\n", "an MNG"),
          Map.entry("SIMPLE  =", "a FITS"),
          Map.entry("AT&TFORM", "a DjVu"),
          Map.entry("\u0093NUMPY", "a NumPy array"),
          Map.entry("PK\u0003\u0004", "a ZIP"),
          Map.entry("\u001f\u008b", "a gzip"),
          Map.entry("\u001aE\u00df\u00a3", "a WebM video"));

  /** The brands of AVIF and HEIF (ISO/IEC 23000-22 and 23008-12). */
  private static final Set<String> AVIF = Set.of("avif", "avis");

  private static final Set<String> HEIC =
      Set.of("heic", "heix", "heim", "heis", "hevc", "hevx", "mif1", "msf1");

  private static final Set<Integer> BITMAP_HEADERS = Set.of(12, 16, 40, 52, 56, 64, 108, 124);

  private static final Pattern PNM =
      Pattern.compile("P[1-6]\\s+(?:#[^\\n]*\\n\\s*)*[0-9]+\\s.*|P7\\n.*", Pattern.DOTALL);
  private static final Pattern SVG =
      Pattern.compile("\\s*(?:<\\?xml.*|<!--.*|<!doctype.*)?<svg[\\s>].*", Pattern.DOTALL);
  private static final Pattern HTML =
      Pattern.compile("\\s*(?:<!--.*)?<(?:!doctype html|html)[\\s>].*", Pattern.DOTALL);

  /** Whether its pixels can be decoded. */
  public boolean isRead() {
    return !mediaType.isEmpty();
  }

  /** The format of a file; empty if it is unknown. */
  public static Optional<ImageFormat> of(byte[] file) {
    String start =
        new String(file, 0, Math.min(file.length, LOOKED_AT), StandardCharsets.ISO_8859_1);
    if (start.startsWith("CR", 8) && start.startsWith("II*")) {
      return other("a camera's raw (CR2)");
    }
    return bySignature(start, READ_BY_SIGNATURE)
        .or(() -> isReadByMarks(file, start))
        .or(() -> bySignature(start, OTHERS_BY_SIGNATURE).flatMap(ImageFormat::other))
        .or(() -> otherByMarks(file, start));
  }

  /** The file, if it is an image that is read; else the reason why not. */
  static Decoded<byte[]> requireRead(byte[] file) {
    Optional<ImageFormat> format = of(file);
    if (format.isEmpty()) {
      return Decoded.invalid(UNKNOWN);
    }
    return format.get().isRead()
        ? Decoded.valid(file)
        : Decoded.invalid("%s file is not read: send %s".formatted(format.get().name(), READ));
  }

  private static <T> Optional<T> bySignature(String start, Map<String, T> signatures) {
    return signatures.entrySet().stream()
        .filter(signature -> start.startsWith(signature.getKey()))
        .map(Map.Entry::getValue)
        .findFirst();
  }

  private static Optional<ImageFormat> isReadByMarks(byte[] file, String start) {
    if (start.startsWith("RIFF") && start.startsWith("WEBP", 8)) {
      return Optional.of(new ImageFormat("a WebP", "image/webp"));
    }
    if (start.startsWith("BM")
        && file.length > 18
        && BITMAP_HEADERS.contains(littleInt(file, 14))) {
      return Optional.of(new ImageFormat("a BMP", "image/bmp"));
    }
    return PNM.matcher(start).matches()
        ? Optional.of(new ImageFormat("a PNM", "image/x-portable-anymap"))
        : Optional.empty();
  }

  private static Optional<ImageFormat> otherByMarks(byte[] file, String start) {
    if (start.startsWith("ftyp", 4)) {
      return other(ofBrands(start));
    }
    if (isIcon(file, start)) {
      return other("an ICO");
    }
    if (start.startsWith("DICM", 128)) {
      return other("a DICOM");
    }
    if (start.startsWith("RIFF") && file.length >= 12) {
      return other("a RIFF (" + start.substring(8, 12).strip() + ")");
    }
    String lower = start.toLowerCase(Locale.ROOT);
    if (SVG.matcher(lower).matches()) {
      return other("an SVG");
    }
    return HTML.matcher(lower).matches() ? other("an HTML") : Optional.empty();
  }

  /** The format of a file of boxes (ISO/IEC 14496-12), by its major and its compatible brands. */
  private static String ofBrands(String start) {
    int end = Math.min(start.length(), Math.max(12, start.charAt(3)));
    Set<String> brands = new HashSet<>();
    for (int at = 8; at + 4 <= end; at += 4) {
      if (at != 12) {
        brands.add(start.substring(at, at + 4)); // at 12, a version
      }
    }
    if (brands.stream().anyMatch(AVIF::contains)) {
      return "an AVIF";
    }
    if (brands.stream().anyMatch(HEIC::contains)) {
      return "a HEIC";
    }
    return brands.contains("crx ") ? "a camera's raw (CR3)" : "a video (MP4)";
  }

  /** Its signature alone could be a schema's number in Confluent's wire format. */
  private static boolean isIcon(byte[] file, String start) {
    return (start.startsWith("\0\0\u0001\0") || start.startsWith("\0\0\u0002\0"))
        && file.length > 22
        && file[9] == 0
        && littleInt(file, 18) == 6 + 16 * (file[4] & 0xff);
  }

  private static int littleInt(byte[] file, int at) {
    return ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
  }

  private static Optional<ImageFormat> other(String name) {
    return Optional.of(new ImageFormat(name, ""));
  }
}
