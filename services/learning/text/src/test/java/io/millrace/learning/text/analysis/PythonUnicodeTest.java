package io.millrace.learning.text.analysis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every character of Unicode, compared with what Python said: see python_text.py. */
final class PythonUnicodeTest {

  private record Range(int from, int to, String flags) {}

  private final List<Range> ranges = new ArrayList<>();
  private final Map<Integer, String> lowerCases = new HashMap<>();

  PythonUnicodeTest() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/golden/python-text.txt")) {
      String golden =
          new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.US_ASCII);
      golden.lines().filter(line -> !line.startsWith("#")).forEach(this::read);
    }
  }

  private void read(String line) {
    String[] fields = line.split(" ");
    int first = Integer.parseInt(fields[0], 16);
    if (fields[1].equals(">")) {
      lowerCases.put(
          first,
          List.of(fields).subList(2, fields.length).stream()
              .map(hex -> Character.toString(Integer.parseInt(hex, 16)))
              .collect(Collectors.joining()));
    } else {
      ranges.add(new Range(first, Integer.parseInt(fields[1], 16), fields[2]));
    }
  }

  @Test
  void seesEveryAssignedCharacterAsPythonDoes() {
    List<String> different = new ArrayList<>();

    for (Range range : ranges) {
      for (int code = range.from(); code <= range.to(); code++) {
        String ours = flags(code);
        if (!range.flags().contains("u") && !ours.equals(range.flags())) {
          different.add(Integer.toHexString(code) + " " + range.flags() + " " + ours);
        }
      }
    }

    // Ahom medial ra was a non-spacing mark up to Unicode 14 and is a spacing one since.
    assertThat(different).containsExactly("1171e i -");
    assertThat(ranges).hasSizeGreaterThan(3000);
  }

  @Test
  void lowersEveryCharacterAsPythonDoes() {
    lowerCases.forEach((code, lower) ->
        assertThat(lower(Character.toString(code))).as(Integer.toHexString(code)).isEqualTo(lower));

    assertThat(lowerCases).hasSizeGreaterThan(1300);
  }

  @Test
  void aSigmaIsFinalOnlyAtTheEndOfAWord() {
    assertThat(lower("ΟΔΟΣ ΣΟΦΟΣ, Σ")).isEqualTo("οδος σοφος, σ");
    assertThat(lower("ΑΣ\u0384Α")).isEqualTo("ασ\u0384α");
  }

  private static String lower(String text) {
    var lower = new StringBuilder();
    for (int at = 0; at < text.length(); at += Character.charCount(text.codePointAt(at))) {
      lower.appendCodePoint(PythonUnicode.lower(text, at));
      if (text.codePointAt(at) == PythonUnicode.DOTTED_CAPITAL_I) {
        lower.append('\u0307');
      }
    }
    return lower.toString();
  }

  private static String flags(int code) {
    String character = Character.toString(code);
    boolean cased = lower("." + character + "Σ").endsWith("ς");
    boolean through = !cased && lower("A" + character + "Σ").endsWith("ς");
    String flags =
        (PythonUnicode.isWord(code) ? "w" : "")
            + (cased ? "c" : "")
            + (through ? "i" : "")
            + (lower(character).equals(character) ? "" : "l");
    return flags.isEmpty() ? "-" : flags;
  }
}
