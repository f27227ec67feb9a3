package io.millrace.learning.vision;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NativePlatformTest {

  @TempDir Path root;

  @Test
  void linuxOnX86WithAvx2RunsAll() throws Exception {
    write("proc/cpuinfo", "processor\t: 0\nflags\t\t: fpu avx avx2 sse4_2\n");

    NativePlatform platform = NativePlatform.read("Linux", "amd64", root);

    assertThat(platform.problemOfLinuxX86(true)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, aarch64",
    "Mac OS X, aarch64",
    "Mac OS X, x86_64",
    "Windows 11, amd64",
    "FreeBSD, amd64",
    "Linux, riscv64"
  })
  void anotherMachineIsNamed(String os, String arch) {
    assertThat(NativePlatform.read(os, arch, root).problemOfLinuxX86(true))
        .contains(
            "needs Linux on x86-64 with glibc and AVX2, and this is %s on %s".formatted(os, arch));
  }

  @Test
  void aProcessorWithoutAvx2IsNamedWhereTheLibraryNeedsIt() throws Exception {
    write("proc/cpuinfo", "flags\t\t: fpu avx sse4_2\n");

    NativePlatform platform = NativePlatform.read("Linux", "amd64", root);

    assertThat(platform.problemOfLinuxX86(true).orElseThrow()).endsWith("has no AVX2");
    assertThat(platform.problemOfLinuxX86(false)).isEmpty();
  }

  @Test
  void muslIsNamed() throws Exception {
    write("lib/ld-musl-x86_64.so.1", "");

    NativePlatform platform = NativePlatform.read("Linux", "amd64", root);

    assertThat(platform.problemOfLinuxX86(false).orElseThrow()).contains("musl");
    write("lib64/ld-linux-x86-64.so.2", "");
    assertThat(NativePlatform.read("Linux", "amd64", root).problemOfLinuxX86(false)).isEmpty();
  }

  private void write(String name, String content) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }
}
