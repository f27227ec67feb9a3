package io.millrace.cli.send;

import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * A file to send, possibly compressed with gzip.
 *
 * @param path of the file
 * @param name its path relative to the folder that was given, with slashes, without {@code .gz}
 */
record InputFile(Path path, String name) {

  private static final String GZIP = ".gz";

  /**
   * The files of a path: the file itself, or all files below a folder in the order of their names,
   * without hidden ones.
   *
   * @throws IOException if the path does not exist or cannot be listed
   */
  static List<InputFile> at(Path path) throws IOException {
    if (!Files.isDirectory(path)) {
      return List.of(new InputFile(path, withoutGzip(String.valueOf(path.getFileName()))));
    }
    try (Stream<Path> below = Files.walk(path)) {
      return below
          .filter(Files::isRegularFile)
          .filter(file -> visible(path.relativize(file)))
          .sorted()
          .map(file -> new InputFile(file, withoutGzip(slashed(path.relativize(file)))))
          .toList();
    }
  }

  /** Whether the name has one of the endings, in upper or lower case. */
  boolean isNamed(String... endings) {
    String lower = name.toLowerCase(Locale.ROOT);
    return Stream.of(endings).anyMatch(lower::endsWith);
  }

  /** Opens the file, decompressed. The counter counts the bytes read from the file. */
  InputStream open(AtomicLong read) throws IOException {
    InputStream counted = new Counted(Files.newInputStream(path), read);
    return new BufferedInputStream(
        path.toString().endsWith(GZIP) ? new GZIPInputStream(counted, 1 << 16) : counted, 1 << 16);
  }

  private static boolean visible(Path relative) {
    for (Path part : relative) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return true;
  }

  private static String slashed(Path relative) {
    return relative.toString().replace('\\', '/');
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
