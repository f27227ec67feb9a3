package io.millrace.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.kafka.common.utils.internals.Exit;
import org.jspecify.annotations.Nullable;

/**
 * Says on standard error why Kafka ends the process: it halts when it can no longer write, and
 * tells only a log, which may lie on the same full disk.
 */
final class FatalExit {

  private static final long LITTLE_FREE_BYTES = 16L << 20;

  private FatalExit() {}

  /** Installs the message for a broker in a folder. */
  static void install(Path folder) {
    Exit.setHaltProcedure((status, message) -> {
      System.err.println("millrace: " + message(folder, message));
      System.err.flush();
      Runtime.getRuntime().halt(status);
    });
  }

  static String message(Path folder, @Nullable String reason) {
    String cause = reason == null ? "the log says why" : reason;
    try {
      long free = Files.getFileStore(folder).getUsableSpace();
      if (free < LITTLE_FREE_BYTES) {
        cause =
            String.format(
                Locale.ROOT,
                "its disk is full (%,d KiB are free): free some space and start again",
                free >> 10);
      }
    } catch (IOException e) {
      cause = "its folder cannot be read (" + e.getMessage() + ")";
    }
    return "the broker in " + folder + " stopped, and this process with it: " + cause;
  }
}
