package io.millrace.cli.send;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * A file to send, possibly compressed with gzip.
 *
 * @param path of the file
 * @param name what its ids are made of: its path below the folder that was given, with slashes,
 *     without {@code .gz}
 * @param folder the first folder below the one that was given; empty if it lies in that one itself
 */
record InputFile(Path path, String name, Optional<String> folder) {

  private static final String GZIP = ".gz";
  private static final int GZIP_MAGIC = 0x1f8b;
  private static final int BUFFER_BYTES = 1 << 16;

  /** What says how a file is written: letters first, so no number and no checksum. */
  private static final Pattern ENDING = Pattern.compile(".*\\.([a-z][a-z0-9_]{0,9})");

  private static final Pattern CHECKSUM = Pattern.compile("[0-9a-f]{8,}");

  /** A file below a folder. */
  static InputFile below(Path folder, Path path) {
    Path relative = folder.relativize(path);
    return new InputFile(
        path,
        withoutGzip(relative.toString().replace('\\', '/')),
        relative.getNameCount() == 1
            ? Optional.empty()
            : Optional.of(relative.getName(0).toString()));
  }

  /** A file that was given itself. */
  static InputFile alone(Path path) {
    return new InputFile(path, withoutGzip(String.valueOf(path.getFileName())), Optional.empty());
  }

  InputFile named(String newName) {
    return new InputFile(path, newName, folder);
  }

  /** The ending of the name in lower case, without the dot; empty if it has none. */
  String ending() {
    String file = name.substring(name.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    Matcher matcher = ENDING.matcher(file);
    return matcher.matches() && !CHECKSUM.matcher(matcher.group(1)).matches()
        ? matcher.group(1)
        : "";
  }

  /** Opens the file, decompressed. The counter counts the bytes read from the file. */
  InputStream open(AtomicLong read) throws IOException {
    var in = new BufferedInputStream(new Counted(Files.newInputStream(path), read), BUFFER_BYTES);
    if (!isGzip(in)) {
      return in;
    }
    return new BufferedInputStream(new GZIPInputStream(in, BUFFER_BYTES), BUFFER_BYTES);
  }

  /** Whether the content says so, or else the name: what is not gzip is then an error. */
  private boolean isGzip(InputStream in) throws IOException {
    in.mark(2);
    int magic = (in.read() << 8) | in.read();
    in.reset();
    return magic == GZIP_MAGIC || path.toString().endsWith(GZIP);
  }

  private static String withoutGzip(String name) {
    return name.endsWith(GZIP) ? name.substring(0, name.length() - GZIP.length()) : name;
  }

  private static final class Counted extends FilterInputStream {
    private final AtomicLong read;

    Counted(InputStream in, AtomicLong read) {
      super(in);
      this.read = read;
    }

    @Override
    public int read() throws IOException {
      int value = super.read();
      if (value >= 0) {
        read.incrementAndGet();
      }
      return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      int count = super.read(target, offset, length);
      if (count > 0) {
        read.addAndGet(count);
      }
      return count;
    }
  }
}
