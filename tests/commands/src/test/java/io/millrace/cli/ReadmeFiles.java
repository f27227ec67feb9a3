package io.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import javax.imageio.ImageIO;
import javax.tools.ToolProvider;

/** The files that README's examples name, and how its code in other languages is tried. */
final class ReadmeFiles {

  private static final int SIDE = 28;

  private ReadmeFiles() {}

  static void write(Path folder) throws IOException {
    picture(folder.resolve("cat.png"), 3);
    for (int i = 1; i <= 3; i++) {
      picture(folder.resolve("pictures/cat/" + i + ".png"), i);
      picture(folder.resolve("pictures/dog/" + i + ".png"), 12 + i);
    }
    var mails = new StringBuilder();
    for (int i = 0; i < 30; i++) {
      mails
          .append("{\"id\":\"m")
          .append(i)
          .append("\",\"text\":\"the king and the man pay money and cash, the woman and the queen")
          .append(" buy cheap pills with no prescription number")
          .append(i)
          .append("\",\"label\":\"")
          .append(i % 2 == 0 ? "ham" : "spam")
          .append("\"}\n");
    }
    Files.writeString(folder.resolve("mails.jsonl"), mails);
    Files.writeString(
        folder.resolve("sms.csv"),
        "v1,v2,,\n"
            + "ham,Grüße aus Köln,,\n"
            + "spam,win a prize,,\n"
            + "ham,see you,,\n"
            + "spam,früh,,\n"
            + "ham,schön,,\n",
        Charset.forName("windows-1252"));
    idx(
        folder.resolve("train-images-idx3-ubyte.gz"),
        0x0803,
        List.of(4, SIDE, SIDE),
        4 * SIDE * SIDE);
    idx(folder.resolve("train-labels-idx1-ubyte.gz"), 0x0801, List.of(4), 4);
    SampleWeights.write(folder.resolve("weights.safetensors"), Map.of());
  }

  private static void picture(Path file, int column) throws IOException {
    Files.createDirectories(file.getParent());
    var image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
    var graphics = image.createGraphics();
    graphics.setColor(Color.WHITE);
    graphics.fillRect(column, 4, 8, 20);
    graphics.dispose();
    ImageIO.write(image, "png", file.toFile());
  }

  private static void idx(Path file, int magic, List<Integer> sizes, int bytes) throws IOException {
    try (var out = new DataOutputStream(new GZIPOutputStream(Files.newOutputStream(file)))) {
      out.writeInt(magic);
      for (int size : sizes) {
        out.writeInt(size);
      }
      for (int i = 0; i < bytes; i++) {
        out.write(i % 2 == 0 ? 5 : 7);
      }
    }
  }

  /** A pattern for output like that shown, with other numbers and files in other folders. */
  static Pattern shapeOf(String shown) {
    var pattern = new StringBuilder();
    for (String line : shown.strip().lines().toList()) {
      String quoted = Pattern.quote(line);
      String shape =
          quoted
              .replaceAll("\\d[\\d,]*(\\.\\d+)?", "\\\\E\\\\d[\\\\d,.]*\\\\Q")
              .replace("sms.csv", "\\E\\S*sms.csv\\Q");
      pattern.append(shape).append("\\R");
    }
    return Pattern.compile(pattern.toString());
  }

  /** Compiles statements that use the Java client, and runs them. */
  static void compileAndRun(String statements, Path folder) throws Exception {
    Path source = folder.resolve("Readme.java");
    Files.writeString(
        source,
        """
        import java.nio.file.*;
        import java.util.*;
        import org.apache.kafka.clients.producer.*;
        import org.apache.kafka.common.serialization.*;

        public class Readme {
          public static void run() throws Exception {
            %s
          }
        }
        """
            .formatted(statements.replace("\"cat.png\"", "\"" + folder.resolve("cat.png") + "\"")));
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, null, null, "-d", folder.toString(), source.toString());
    assertThat(status).as("README's Java compiles").isZero();
    try (var loader = new URLClassLoader(new URL[] {folder.toUri().toURL()})) {
      loader.loadClass("Readme").getMethod("run").invoke(null);
    }
  }

  /** Checks the syntax of Python where there is one; its client is not among what tests need. */
  static void checkPython(String code, Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("readme.py"), code);
    try {
      Process python =
          new ProcessBuilder("python3", "-m", "py_compile", file.toString()).inheritIO().start();
      assertThat(python.waitFor()).as("README's Python is Python").isZero();
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("No such file"); // There is no Python here.
    }
  }
}
