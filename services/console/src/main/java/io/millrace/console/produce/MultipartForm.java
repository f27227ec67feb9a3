package io.millrace.console.produce;

import io.millrace.runtime.http.HttpStatusException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A form as browsers and {@code curl -F} send it: {@code multipart/form-data} (RFC 7578, RFC 2046
 * section 5.1). Of several parts of a name the first counts.
 */
final class MultipartForm {

  private static final Pattern BOUNDARY =
      Pattern.compile(
          ";\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;]{1,70}))", Pattern.CASE_INSENSITIVE);
  private static final Pattern NAME =
      Pattern.compile(";\\s*name=(?:\"([^\"]*)\"|([^\\s;]+))", Pattern.CASE_INSENSITIVE);
  private static final byte[] BLANK_LINE = {'\r', '\n', '\r', '\n'};
  private static final int MOST_PARTS = 20;
  private static final int MOST_HEAD_BYTES = 8192;

  private final Map<String, byte[]> parts = new LinkedHashMap<>();

  private MultipartForm() {}

  /** Whether a content type is that of such a form. */
  static boolean is(String contentType) {
    return contentType.toLowerCase(Locale.ROOT).startsWith("multipart/");
  }

  /**
   * Reads a form.
   *
   * @throws HttpStatusException 400 if it is not such a form; the message says what is wrong with
   *     it
   */
  static MultipartForm of(String contentType, byte[] body) {
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")
        || !boundary.find()) {
      throw HttpStatusException.badRequest(
          "a form must be multipart/form-data with a boundary, was " + contentType);
    }
    String text = boundary.group(1) == null ? boundary.group(2) : boundary.group(1);
    byte[] delimiter = ("\r\n--" + text).getBytes(StandardCharsets.ISO_8859_1);
    var form = new MultipartForm();
    // The first delimiter may stand at the very beginning, without the line break before it.
    byte[] first = Arrays.copyOfRange(delimiter, 2, delimiter.length);
    int at =
        startsWith(body, 0, first)
            ? first.length
            : after(body, indexOf(body, delimiter, 0), delimiter);
    while (!startsWith(body, at, new byte[] {'-', '-'})) {
      int head = lineEnd(body, at);
      int end = indexOf(body, delimiter, head - 2);
      if (end < 0) {
        throw broken("its last part does not end with the boundary");
      }
      form.add(body, head, end);
      at = end + delimiter.length;
    }
    return form;
  }

  /** Behind a boundary there may be blanks before the line break. */
  private static int lineEnd(byte[] body, int from) {
    int at = from;
    while (at < body.length && (body[at] == ' ' || body[at] == '\t')) {
      at++;
    }
    if (!startsWith(body, at, new byte[] {'\r', '\n'})) {
      throw broken("a boundary is not followed by a line break");
    }
    return at + 2;
  }

  private void add(byte[] body, int from, int end) {
    boolean noHead = startsWith(body, from, new byte[] {'\r', '\n'});
    int blank = noHead ? from - 2 : indexOf(body, BLANK_LINE, from);
    if (blank < 0 || blank > end || blank - from > MOST_HEAD_BYTES) {
      throw broken("a part has no blank line after its head");
    }
    String head = noHead ? "" : new String(body, from, blank - from, StandardCharsets.UTF_8);
    name(head)
        .ifPresent(name ->
            parts.putIfAbsent(name, Arrays.copyOfRange(body, blank + BLANK_LINE.length, end)));
    if (parts.size() > MOST_PARTS) {
      throw HttpStatusException.badRequest("the form has more than " + MOST_PARTS + " parts");
    }
  }

  private static Optional<String> name(String head) {
    for (String line : head.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith("content-disposition:")) {
        Matcher name = NAME.matcher(line);
        if (name.find()) {
          return Optional.of(name.group(1) == null ? name.group(2) : name.group(1));
        }
      }
    }
    return Optional.empty();
  }

  /** The bytes of a part. */
  Optional<byte[]> part(String name) {
    return Optional.ofNullable(parts.get(name));
  }

  /** The names of the parts. */
  String names() {
    return parts.isEmpty() ? "none" : String.join(", ", parts.keySet());
  }

  private static HttpStatusException broken(String what) {
    return HttpStatusException.badRequest("the form is broken: " + what);
  }

  private static int after(byte[] body, int at, byte[] delimiter) {
    if (at < 0) {
      throw broken("it does not have its boundary (" + body.length + " bytes)");
    }
    return at + delimiter.length;
  }

  private static int indexOf(byte[] body, byte[] wanted, int from) {
    for (int i = Math.max(0, from); i <= body.length - wanted.length; i++) {
      if (startsWith(body, i, wanted)) {
        return i;
      }
    }
    return -1;
  }

  private static boolean startsWith(byte[] body, int at, byte[] wanted) {
    return at >= 0
        && at + wanted.length <= body.length
        && Arrays.equals(body, at, at + wanted.length, wanted, 0, wanted.length);
  }
}
