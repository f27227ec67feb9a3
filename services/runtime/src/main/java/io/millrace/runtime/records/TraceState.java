package io.millrace.runtime.records;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The header {@code tracestate} of W3C's Trace Context, <a
 * href="https://www.w3.org/TR/trace-context/#tracestate-header">section 3.3</a>: what tracers of
 * several vendors add to a context. It is passed on, and never read.
 */
public final class TraceState {

  /** The header's name. */
  public static final String NAME = "tracestate";

  /** What carriers are asked to pass on at least (section 3.3.1.5). */
  static final int MAX_BYTES = 512;

  /** With more members the header is invalid (section 3.3.1.1). */
  static final int MAX_MEMBERS = 32;

  /** Longer members go first where the whole is too long (section 3.3.1.5). */
  private static final int LONG_MEMBER = 128;

  /** More than this is not even looked at. */
  private static final int ABSURD_BYTES = 16_384;

  private TraceState() {}

  /**
   * What of a value is passed on: all of it up to 512 bytes. Of a longer one, members of more than
   * 128 characters are left out, and then the last ones, until the rest fits: whole members, as the
   * specification says.
   *
   * @return empty if nothing is
   */
  static byte[] bounded(byte[] value) {
    if (value.length > ABSURD_BYTES || members(value) > MAX_MEMBERS) {
      return new byte[0];
    }
    if (value.length <= MAX_BYTES) {
      return value;
    }
    List<String> members =
        new ArrayList<>(List.of(new String(value, StandardCharsets.ISO_8859_1).split(",", -1)));
    members.removeIf(member -> member.length() > LONG_MEMBER);
    while (length(members) > MAX_BYTES) {
      members.removeLast();
    }
    return String.join(",", members).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static int members(byte[] value) {
    int members = 1;
    for (byte each : value) {
      if (each == ',') {
        members++;
      }
    }
    return members;
  }

  private static int length(List<String> members) {
    return members.stream().mapToInt(String::length).sum() + Math.max(0, members.size() - 1);
  }
}
