package io.millrace.tests.fuzz;

import org.jspecify.annotations.Nullable;

/** What Jazzer calls. */
public final class FuzzDriver {

  private static @Nullable FuzzTarget target;

  private FuzzDriver() {}

  /** Chooses the target; its name is the only argument. */
  public static void fuzzerInitialize(String[] arguments) {
    target = FuzzTarget.valueOf(arguments[0]);
  }

  /** Runs one input. */
  public static void fuzzerTestOneInput(byte[] bytes) {
    java.util.Objects.requireNonNull(target, "fuzzerInitialize was not called").run(bytes);
  }
}
