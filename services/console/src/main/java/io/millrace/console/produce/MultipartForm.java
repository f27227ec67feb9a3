package io.millrace.console.produce;

import io.millrace.runtime.http.HttpStatusException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A form as browsers and {@code curl -F} send it: {@code multipart/form-data} (RFC 7578, RFC 2046
 * section 5.1). Names are those of {@code name}, never of {@code filename} or {@code filename*}.
 */
final class MultipartForm {

  private static final Pattern BOUNDARY =
      Pattern.compile(
          ";\\s*boundary=(?:\"([^\"]{1,70})\"|([^\\s;]{1,70}))", Pattern.CASE_INSENSITIVE);

  /** A parameter of a header; what is in quotes is one value, whatever it looks like. */
  private static final Pattern PARAMETER =
      Pattern.compile(";\\s*([^\\s;=\"]+)\\s*=\\s*(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|([^\\s;\"]+))");

  private static final byte[] BLANK_LINE = {'\r', '\n', '\r', '\n'};
  private static final int MOST_PARTS = 20;
  private static final int MOST_HEAD_BYTES = 8192;

  /** They leave a part as it is; RFC 7578 has done away with the others. */
  private static final Set<String> PLAIN_ENCODINGS = Set.of("", "binary", "8bit", "7bit");

  /**
   * A part.
   *
   * @param type its content type; empty if it says none
   */
  record Part(String name, String type, byte[] bytes) {}

  private final List<Part> parts = new ArrayList<>();

  private MultipartForm() {}

  /** Whether a content type is that of a body of several parts. */
  static boolean is(String contentType) {
    return contentType.toLowerCase(Locale.ROOT).startsWith("multipart/");
  }

  /**
   * Reads a form.
   *
   * @throws HttpStatusException 415 if it has parts of another kind, 400 if it is not a form; the
   *     message says what is wrong with it
   */
  static MultipartForm of(String contentType, byte[] body) {
    if (!contentType.toLowerCase(Locale.ROOT).startsWith("multipart/form-data")) {
      throw HttpStatusException.unsupportedType(
          "a form must be multipart/form-data, was " + contentType);
    }
    Matcher boundary = BOUNDARY.matcher(contentType);
    if (!boundary.find()) {
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
    String encoding = header(head, "content-transfer-encoding").toLowerCase(Locale.ROOT);
    if (!PLAIN_ENCODINGS.contains(encoding)) {
      throw HttpStatusException.badRequest(
          "a part of the form is in %s: send its bytes as they are".formatted(encoding));
    }
    String name =
        name(header(head, "content-disposition"))
            .orElseThrow(() -> broken("a part has no name in its Content-Disposition"));
    byte[] bytes = Arrays.copyOfRange(body, blank + BLANK_LINE.length, end);
    parts.add(new Part(name, header(head, "content-type"), bytes));
    if (parts.size() > MOST_PARTS) {
      throw HttpStatusException.badRequest("the form has more than " + MOST_PARTS + " parts");
    }
  }

  /** The value of a header; empty if it is not there. */
  private static String header(String head, String name) {
    for (String line : head.split("\r\n", -1)) {
      if (line.toLowerCase(Locale.ROOT).startsWith(name + ":")) {
        return line.substring(name.length() + 1).strip();
      }
    }
    return "";
  }

  /** Browsers write a quote as %22 (WHATWG HTML, section 4.10.21.8), others behind a backslash. */
  private static Optional<String> name(String disposition) {
    Matcher parameter = PARAMETER.matcher(disposition);
    while (parameter.find()) {
      if (parameter.group(1).equalsIgnoreCase("name")) {
        return Optional.of(
            parameter.group(2) == null
                ? parameter.group(3)
                : parameter.group(2).replaceAll("\\\\(.)", "$1").replace("%22", "\""));
      }
    }
    return Optional.empty();
  }

  /**
   * The part of a name; empty if the form has no part of that name.
   *
   * @throws HttpStatusException 400 if there are several
   */
  Optional<Part> part(String name) {
    List<Part> found = parts.stream().filter(it -> it.name().equals(name)).toList();
    if (found.size() > 1) {
      throw HttpStatusException.badRequest(
          "the form has the part %s %d times: send one".formatted(name, found.size()));
    }
    return found.stream().findFirst();
  }

  /**
   * The part that has one of some names.
   *
   * @throws HttpStatusException 400 if the form has no part of that name, or several
   */
  Part only(String... names) {
    List<Part> found = Stream.of(names).map(this::part).flatMap(Optional::stream).toList();
    if (found.size() != 1) {
      throw HttpStatusException.badRequest(
          "the form must have one part %s; its parts are: %s"
              .formatted(String.join(" or ", names), names()));
    }
    return found.getFirst();
  }

  /**
   * The text of a part, in UTF-8; empty if the form has no part of that name.
   *
   * @throws HttpStatusException 400 if it is not UTF-8, or there are several
   */
  Optional<String> text(String name) {
    return part(name)
        .map(it -> {
          try {
            return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(it.bytes()))
                .toString();
          } catch (CharacterCodingException e) {
            throw HttpStatusException.badRequest("the part " + name + " must be UTF-8");
          }
        });
  }

  /**
   * Refuses parts of other names: what nobody reads would be lost.
   *
   * @throws HttpStatusException 400 if there is one
   */
  void allow(List<String> known) {
    for (Part part : parts) {
      if (!known.contains(part.name())) {
        throw HttpStatusException.badRequest(
            "the form has a part %s; it may have %s"
                .formatted(part.name(), String.join(", ", known)));
      }
    }
  }

  /** The names of the parts. */
  String names() {
    return parts.isEmpty()
        ? "none"
        : parts.stream().map(Part::name).collect(Collectors.joining(", "));
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
