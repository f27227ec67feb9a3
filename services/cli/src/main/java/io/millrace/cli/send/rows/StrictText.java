package io.millrace.cli.send.rows;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;

/**
 * Text of which every byte is accounted for: bytes that are none of the charset are replaced by
 * U+FFFD as elsewhere, but the lines that hold them are known by number, so that their reader can
 * refuse them and go on with the others. A byte order mark is left out. Lines end as {@link
 * java.io.BufferedReader} ends them. Not thread-safe.
 */
public final class StrictText extends Reader {

  private static final int BUFFER_BYTES = 1 << 13;
  private static final char REPLACEMENT = '\ufffd';

  /** The first problem of a line. */
  private record Problem(long line, String reason) {}

  private final InputStream in;
  private final Charset charset;
  private final boolean chosen;
  private final CharsetDecoder decoder;
  private final ByteBuffer bytes = ByteBuffer.allocate(BUFFER_BYTES).flip();
  private final ArrayDeque<Problem> problems = new ArrayDeque<>();
  private boolean ended;
  private boolean flushed;

  /** Of the bytes in the buffer that are decoded, the place after the last, from 0. */
  private long offset;

  private long lineStart;
  private long line = 1;
  private long problemLine;
  private boolean afterReturn;

  private StrictText(InputStream in, Charset charset, boolean chosen) {
    this.in = in;
    this.charset = charset;
    this.chosen = chosen;
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
  }

  /**
   * The text of a stream.
   *
   * @param in supports mark
   * @param charset the one that was given; empty for that of the byte order mark, or UTF-8
   * @throws UnreadableFileException if the charset contradicts the byte order mark
   */
  public static StrictText of(InputStream in, Optional<Charset> charset) throws IOException {
    return new StrictText(in, TextCharset.of(in, charset), charset.isPresent());
  }

  /** Why the text up to and including a line, numbered from 1, is not usable; only once each. */
  public Optional<String> problemUpTo(long last) {
    Optional<String> first = Optional.empty();
    while (!problems.isEmpty() && problems.getFirst().line() <= last) {
      Problem problem = problems.removeFirst();
      first = first.or(() -> Optional.of(problem.reason()));
    }
    return first;
  }

  /**
   * Refuses the file if the text that was read so far holds a problem.
   *
   * @throws UnreadableFileException with the first problem and its line
   */
  public void requireNoProblem() throws UnreadableFileException {
    Problem first = problems.peekFirst();
    if (first != null) {
      throw new UnreadableFileException(first.line(), first.reason());
    }
  }

  @Override
  public int read(char[] target, int from, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    CharBuffer out = CharBuffer.wrap(target, from, length).slice();
    while (out.position() == 0 && !flushed) {
      fill();
      decode(out);
    }
    return out.position() == 0 ? -1 : out.position();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private void fill() throws IOException {
    if (ended) {
      return;
    }
    bytes.compact();
    int count = in.read(bytes.array(), bytes.position(), bytes.remaining());
    if (count < 0) {
      ended = true;
    } else {
      bytes.position(bytes.position() + count);
    }
    bytes.flip();
  }

  private void decode(CharBuffer out) {
    int start = out.position();
    int first = bytes.position();
    CoderResult result = decoder.decode(bytes, out, ended);
    if (ended && result.isUnderflow()) {
      flushed = decoder.flush(out).isUnderflow();
    }
    offset += bytes.position() - first;
    track(out, start);
    if (result.isError()) {
      int count = result.length();
      report(notOfCharset(bytes.get(bytes.position())));
      bytes.position(bytes.position() + count);
      offset += count;
      out.put(REPLACEMENT);
    }
  }

  /** Counts the lines of what was decoded, and finds where the last one begins. */
  private void track(CharBuffer out, int start) {
    int lastLine = -1;
    for (int i = start; i < out.position(); i++) {
      char c = out.get(i);
      if (c == '\n' && afterReturn) {
        lastLine = i + 1;
      } else if (c == '\n' || c == '\r') {
        line++;
        lastLine = i + 1;
      } else if (c == '\0') {
        report("the character NUL, which no text holds: is it UTF-16? Then say --charset UTF-16LE");
      }
      afterReturn = c == '\r';
    }
    if (lastLine >= 0) {
      var tail = out.duplicate();
      tail.position(lastLine).limit(out.position());
      lineStart = offset - charset.encode(tail).remaining();
    }
  }

  private void report(String reason) {
    if (problemLine < line) {
      problems.add(new Problem(line, reason));
      problemLine = line;
    }
  }

  private String notOfCharset(byte value) {
    return String.format(
        Locale.ROOT,
        "not %s: byte %d of the line is 0x%02X: %s",
        charset.name(),
        offset - lineStart + 1,
        value & 0xff,
        chosen
            ? "give the charset that the file is written in by --charset"
            : "read it with the charset that it is written in, such as --charset windows-1252");
  }
}
