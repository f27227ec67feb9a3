package io.millrace.cli.deadletters;

import io.millrace.runtime.deadletters.replay.Letter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The conditions {@code FIELD=VALUE} after {@code --where}; all must hold. */
final class LetterFilter {

  static final String HELP =
      "Only records for which FIELD=VALUE holds; may be repeated, then all must hold. The fields:"
          + " reason (a part of it), key (* stands for any characters), service, topic, partition"
          + " and offset (17, or 10..20) of the record, time at which it was refused"
          + " (2026-11-30..2026-12-01T12:00:00Z, the end not included).";

  private static final Pattern RANGE = Pattern.compile("(.*?)\\.\\.(.*)");

  private LetterFilter() {}

  /** What can be asked of a letter. */
  private enum Field {
    REASON(LetterFilter::reason),
    KEY(LetterFilter::key),
    SERVICE(value -> letter -> letter.service().equals(value)),
    TOPIC(value -> letter -> letter.topic().equals(value)),
    PARTITION(value -> numbers(value, Letter::partition)),
    OFFSET(value -> numbers(value, Letter::offset)),
    TIME(LetterFilter::time);

    private final Function<String, Predicate<Letter>> condition;

    Field(Function<String, Predicate<Letter>> condition) {
      this.condition = condition;
    }

    private String title() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * The conditions as one.
   *
   * @throws IllegalArgumentException if one is not understood; the message says what is possible
   */
  static Predicate<Letter> of(List<String> conditions) {
    return conditions.stream().map(LetterFilter::of).reduce(_ -> true, Predicate::and);
  }

  private static Predicate<Letter> of(String condition) {
    int equals = condition.indexOf('=');
    String name = equals < 0 ? condition : condition.substring(0, equals).strip();
    Field field =
        Arrays.stream(Field.values())
            .filter(it -> equals >= 0 && it.title().equals(name))
            .findFirst()
            .orElseThrow(() ->
                new IllegalArgumentException(
                    "not FIELD=VALUE with one of the fields %s: %s"
                        .formatted(
                            Arrays.stream(Field.values())
                                .map(Field::title)
                                .collect(Collectors.joining(", ")),
                            condition)));
    return field.condition.apply(condition.substring(equals + 1));
  }

  private static Predicate<Letter> reason(String value) {
    String part = value.toLowerCase(Locale.ROOT);
    return letter -> letter.reason().toLowerCase(Locale.ROOT).contains(part);
  }

  private static Predicate<Letter> key(String value) {
    var pattern =
        Pattern.compile(
            Arrays.stream(value.split("\\*", -1))
                .map(Pattern::quote)
                .collect(Collectors.joining(".*")),
            Pattern.DOTALL);
    return letter -> letter.key().filter(key -> pattern.matcher(key).matches()).isPresent();
  }

  private static Predicate<Letter> numbers(String value, Function<Letter, Number> number) {
    var range = RANGE.matcher(value);
    boolean two = range.matches();
    long from = number(two ? range.group(1) : value, 0);
    long to = number(two ? range.group(2) : value, Long.MAX_VALUE);
    return letter -> {
      long actual = number.apply(letter).longValue();
      return actual >= from && actual <= to;
    };
  }

  private static long number(String text, long open) {
    if (text.isBlank()) {
      return open;
    }
    try {
      return Long.parseLong(text.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("not a number or a range such as 10..20: " + text, e);
    }
  }

  private static Predicate<Letter> time(String value) {
    var range = RANGE.matcher(value);
    if (!range.matches()) {
      throw new IllegalArgumentException(
          "not a range of time such as 2026-11-30..2026-12-01: " + value);
    }
    long from = instant(range.group(1), Instant.EPOCH).toEpochMilli();
    long to = instant(range.group(2), Instant.ofEpochMilli(Long.MAX_VALUE)).toEpochMilli();
    return letter -> letter.record().timestamp() >= from && letter.record().timestamp() < to;
  }

  private static Instant instant(String text, Instant open) {
    if (text.isBlank()) {
      return open;
    }
    try {
      return text.length() == 10
          ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
          : Instant.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          "not a time such as 2026-11-30 or 2026-11-30T12:00:00Z: " + text, e);
    }
  }
}
