package io.millrace.schemas.input;

import io.millrace.schemas.Decoded;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The value of a {@code content-type} header (RFC 9110, section 8.3.1).
 *
 * @param name type and subtype in lower case: {@code text/plain}
 * @param charset the parameter {@code charset}, or null
 */
record MediaType(String name, @Nullable Charset charset) {

  /** Other names of JSON; of lines, each is a record of its own. */
  private static final Set<String> JSON =
      Set.of("application/x-json", "application/x-ndjson", "application/jsonl");

  /** The types that say nothing. */
  private static final Set<String> ANY =
      Set.of("application/octet-stream", "binary/octet-stream", "application/*", "*/*");

  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
  private static final Pattern TYPE = Pattern.compile("\\s*(" + TOKEN + "/" + TOKEN + ")\\s*");
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\s*;\\s*(?:(" + TOKEN + ")\\s*=\\s*(" + TOKEN + "|\"(?:[^\"\\\\]|\\\\.)*\")\\s*)?");

  /**
   * Parses a header.
   *
   * @return invalid, with the reason, if it is no media type, or names a charset that the JDK does
   *     not have
   */
  static Decoded<MediaType> parse(String header) {
    String text = unquoted(header);
    Matcher type = TYPE.matcher(text);
    if (!type.lookingAt()) {
      return bad(header);
    }
    Optional<String> charset = Optional.empty();
    Matcher parameter = PARAMETER.matcher(text).region(type.end(), text.length());
    while (parameter.lookingAt()) {
      if ("charset".equalsIgnoreCase(parameter.group(1))) {
        String named = value(parameter.group(2));
        if (charset.filter(it -> !it.equalsIgnoreCase(named)).isPresent()) {
          return Decoded.invalid(
              "the content-type header names two charsets, %s and %s: send one"
                  .formatted(charset.get(), named));
        }
        charset = Optional.of(named);
      }
      parameter.region(parameter.end(), text.length());
    }
    if (parameter.regionStart() != text.length()) {
      return bad(header);
    }
    String name = type.group(1).toLowerCase(Locale.ROOT);
    return charset.isEmpty()
        ? Decoded.valid(new MediaType(name, null))
        : charset(charset.get()).map(it -> new MediaType(name, it));
  }

  /** Whether values of the type are JSON. */
  boolean isJson() {
    return name.endsWith("+json") || name.endsWith("/json") || JSON.contains(name);
  }

  /** Whether the type says nothing about its values. */
  boolean isAny() {
    return ANY.contains(name);
  }

  /** Whether values of the type are Avro. */
  boolean isAvro() {
    return name.equals("application/avro")
        || name.equals("avro/binary")
        || name.equals("application/vnd.apache.avro+binary");
  }

  /** Whether values of the type are text, mails included. */
  boolean isText() {
    return (name.startsWith("text/") || name.equals("message/rfc822")) && !isJson();
  }

  private static Decoded<Charset> charset(String name) {
    try {
      return Decoded.valid(Charset.forName(name));
    } catch (IllegalCharsetNameException | UnsupportedCharsetException e) {
      return Decoded.invalid(
          ("the content-type header names the charset '%s', which is unknown: send a name such as"
                  + " utf-8 or windows-1252")
              .formatted(abbreviated(name)));
    }
  }

  /** Spring's Kafka headers are JSON: the whole header stands in quotes. */
  private static String unquoted(String header) {
    String text = header.strip();
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1).replace("\\\"", "\"")
        : text;
  }

  private static String value(String written) {
    return written.startsWith("\"")
        ? written.substring(1, written.length() - 1).replaceAll("\\\\(.)", "$1").strip()
        : written;
  }

  private static Decoded<MediaType> bad(String header) {
    return Decoded.invalid(
        "the content-type header '%s' is not a media type such as text/plain or application/json"
            .formatted(abbreviated(header)));
  }

  private static String abbreviated(String text) {
    return text.length() <= 60 ? text : text.substring(0, 60) + "…";
  }
}
