package io.millrace.cli.terminal;

import io.millrace.cli.command.CommandException;
import io.millrace.cli.command.FileProblem;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Writes a file completely or not at all. */
public final class AtomicFile {

  private static final int BUFFER_BYTES = 1 << 16;

  private AtomicFile() {}

  /** Writes the content. */
  public interface ContentWriter {
    void writeTo(OutputStream out) throws IOException;
  }

  /**
   * Writes a file, replacing one of that name. The content goes to a temporary file beside it
   * first, so that nobody reads half of it.
   *
   * @throws CommandException if it cannot be written; then nothing has changed
   */
  public static void write(Path file, ContentWriter content) {
    Path absolute = file.toAbsolutePath();
    Path part = absolute.resolveSibling(absolute.getFileName() + ".part");
    try {
      try (var out = new BufferedOutputStream(Files.newOutputStream(part), BUFFER_BYTES)) {
        content.writeTo(out);
      } catch (IOException | RuntimeException e) {
        Files.deleteIfExists(part);
        throw e;
      }
      Files.move(part, absolute, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new CommandException("cannot write " + file + ": " + FileProblem.reason(e), e);
    }
  }
}
