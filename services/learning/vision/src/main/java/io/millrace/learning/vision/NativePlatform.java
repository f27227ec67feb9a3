package io.millrace.learning.vision;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * The machine that native libraries would run on.
 *
 * @param os as {@code os.name} has it
 * @param arch as {@code os.arch} has it
 * @param glibc whether Linux has the C library that the libraries are linked with
 * @param avx2 whether the processor has these instructions, without which a library that uses them
 *     ends the whole process
 */
public record NativePlatform(String os, String arch, boolean glibc, boolean avx2) {

  /** This machine. */
  public static NativePlatform current() {
    return read(System.getProperty("os.name"), System.getProperty("os.arch"), Path.of("/"));
  }

  /**
   * A machine.
   *
   * @param root where its files are
   */
  static NativePlatform read(String os, String arch, Path root) {
    boolean musl =
        Files.exists(root.resolve("lib/ld-musl-x86_64.so.1"))
            && !Files.exists(root.resolve("lib64/ld-linux-x86-64.so.2"));
    return new NativePlatform(os, arch, !musl, hasAvx2(root.resolve("proc/cpuinfo")));
  }

  /** Whether the processor has AVX2, or does not say what it has. */
  private static boolean hasAvx2(Path cpuinfo) {
    try {
      String text = Files.readString(cpuinfo, StandardCharsets.ISO_8859_1);
      return text.lines()
          .filter(line -> line.startsWith("flags"))
          .findFirst()
          .map(line -> (line + " ").contains(" avx2 "))
          .orElse(true);
    } catch (IOException e) {
      return true;
    }
  }

  /**
   * Why a library for Linux on x86-64 cannot be used here; empty if it can.
   *
   * @param needsAvx2 whether it uses AVX2 without asking
   */
  public Optional<String> problemOfLinuxX86(boolean needsAvx2) {
    String needs = "Linux on x86-64 with glibc" + (needsAvx2 ? " and AVX2" : "");
    String processor = arch.toLowerCase(Locale.ROOT);
    if (!os.toLowerCase(Locale.ROOT).startsWith("linux")
        || !processor.equals("amd64") && !processor.equals("x86_64")) {
      return Optional.of("needs " + needs + ", and this is " + os + " on " + arch);
    }
    if (!glibc) {
      return Optional.of("needs " + needs + ", and this Linux has musl, as Alpine does");
    }
    return needsAvx2 && !avx2
        ? Optional.of("needs " + needs + ", and this processor has no AVX2")
        : Optional.empty();
  }
}
