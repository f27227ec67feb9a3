package io.millrace.schemas;

import java.util.Optional;

/**
 * Finds characters that nobody sees, in names that must be the same to the eye and to the computer:
 * those of Unicode's category Cf, separators of lines and paragraphs, and fillers. What writing
 * needs is left out: joiners within a name (emoji, Persian, Indic scripts), the marks before Arabic
 * numbers, the tags of a flag.
 */
public final class InvisibleCharacters {

  private static final int NON_JOINER = 0x200c;
  private static final int JOINER = 0x200d;
  private static final int BLACK_FLAG = 0x1f3f4;

  private InvisibleCharacters() {}

  /**
   * The first invisible character of a text, named: {@code U+200B (ZERO WIDTH SPACE)}.
   *
   * @return empty if there is none
   */
  public static Optional<String> first(String text) {
    int previous = -1;
    boolean isFlag = false;
    for (int at = 0; at < text.length(); at += Character.charCount(previous)) {
      int it = text.codePointAt(at);
      boolean isLast = at + Character.charCount(it) == text.length();
      boolean isTag = it >= 0xe0020 && it <= 0xe007f;
      isFlag = it == BLACK_FLAG || (isFlag && isTag);
      boolean isNeeded = isTag ? isFlag : isJoiner(it) && isJoining(previous, isLast);
      if (isInvisible(it) && !isNeeded) {
        return Optional.of("U+%04X (%s)".formatted(it, Character.getName(it)));
      }
      previous = it;
    }
    return Optional.empty();
  }

  private static boolean isJoiner(int codePoint) {
    return codePoint == NON_JOINER || codePoint == JOINER;
  }

  /** Within a name, once; at its end only after the mark of an Indic letter, as in Malayalam. */
  private static boolean isJoining(int previous, boolean isLast) {
    return previous >= 0
        && !isJoiner(previous)
        && (!isLast || Character.getType(previous) == Character.NON_SPACING_MARK);
  }

  private static boolean isInvisible(int codePoint) {
    return switch (codePoint) {
      case 0x0600, 0x0601, 0x0602, 0x0603, 0x0604, 0x0605, 0x06dd, 0x070f, 0x0890, 0x0891, 0x08e2 ->
          false; // marks around numbers: of the category Cf, but visible
      case 0x110bd, 0x110cd -> false;
      case 0x034f, 0x3164, 0xffa0 -> true; // the grapheme joiner and fillers of Hangul
      default -> {
        int type = Character.getType(codePoint);
        yield (type == Character.FORMAT && (codePoint < 0x13430 || codePoint > 0x1343f))
            || type == Character.LINE_SEPARATOR
            || type == Character.PARAGRAPH_SEPARATOR;
      }
    };
  }
}
