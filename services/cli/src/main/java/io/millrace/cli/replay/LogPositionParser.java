package io.millrace.cli.replay;

import io.millrace.runtime.administration.ReplayRanges.LogPosition;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Parses places in the log, as people write them. */
final class LogPositionParser {

  private static final Pattern OFFSET = Pattern.compile("\\d{1,18}");
  private static final Pattern OFFSETS =
      Pattern.compile("\\d{1,6}:\\d{1,18}(,\\d{1,6}:\\d{1,18})*");
  private static final Pattern BACK = Pattern.compile("(\\d{1,9})([smhd])");

  private LogPositionParser() {}

  /**
   * Parses a place: {@code 1200}, {@code 0:1200,1:900}, {@code 2d}, {@code 2026-11-30}, or {@code
   * 2026-11-30T12:00:00Z}.
   *
   * @param now from which durations go back
   * @throws IllegalArgumentException if it is none of these
   */
  static LogPosition parse(String text, Instant now) {
    if (OFFSET.matcher(text).matches()) {
      return new LogPosition.Offset(Long.parseLong(text));
    }
    if (OFFSETS.matcher(text).matches()) {
      Map<Integer, Long> offsets = new HashMap<>();
      for (String each : text.split(",", -1)) {
        int colon = each.indexOf(':');
        offsets.put(
            Integer.parseInt(each.substring(0, colon)), Long.parseLong(each.substring(colon + 1)));
      }
      return new LogPosition.Offsets(offsets);
    }
    Matcher back = BACK.matcher(text);
    if (back.matches()) {
      return new LogPosition.AtTime(
          now.minus(duration(Long.parseLong(back.group(1)), back.group(2))));
    }
    try {
      return new LogPosition.AtTime(
          text.length() == 10
              ? LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant()
              : Instant.parse(text));
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException(
          ("'%s' is neither an offset such as 1200 or 0:1200,1:900 (PARTITION:OFFSET), nor a"
                  + " duration back such as 2d or 90m, nor a time such as 2026-11-30 or"
                  + " 2026-11-30T12:00:00Z")
              .formatted(text),
          e);
    }
  }

  private static Duration duration(long count, String unit) {
    return switch (unit) {
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
