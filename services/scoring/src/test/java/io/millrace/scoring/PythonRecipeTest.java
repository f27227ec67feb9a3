package io.millrace.scoring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.testing.InstalledProgram;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.input.InputDecoder;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The recipe of {@code docs/inputs.md} makes images that Millrace reads. */
final class PythonRecipeTest {

  private static final Path PAGE = Path.of("../../docs/inputs.md");
  private static final Path FILES = Path.of("../learning/vision/src/test/resources/images");

  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "json_image, palette.png, cat",
    "avro_image, palette.png, cat",
    "avro_image, lossless.webp, cat",
    "avro_image, cmyk.jpg, Straße 7",
    "json_image, grey.pgm, Straße 7"
  })
  void makesALabelledImage(String function, String name, String label) throws Exception {
    Path file = FILES.resolve(name);
    Path script = folder.resolve("recipe.py");
    Path made = folder.resolve("record");
    Files.writeString(
        script,
        recipe()
            + """

            import pathlib, sys
            file, label, made = sys.argv[1:]
            pathlib.Path(made).write_bytes(%s(pathlib.Path(file).read_bytes(), label))
            """
                .formatted(function));

    InstalledProgram.required("python3")
        .run("-X", "utf8", script.toString(), file.toString(), label, made.toString());

    assertThat(InputDecoder.DEFAULT.image(null, Files.readAllBytes(made)))
        .isEqualTo(
            Decoded.valid(new Image(ByteBuffer.wrap(Files.readAllBytes(file)), null, label)));
  }

  @Test
  void namesTheFingerprintOfTheSchema() throws Exception {
    byte[] image = AvroCodec.of(Image.class).encode(new Image(ByteBuffer.allocate(0), null, "cat"));

    assertThat(recipe()).contains("\"c301\" + \"" + HexFormat.of().formatHex(image, 2, 10) + "\"");
  }

  private static String recipe() throws Exception {
    String page = Files.readString(PAGE, UTF_8);
    int begin =
        page.indexOf("```python\n", page.indexOf("<!-- recipe: python -->"))
            + "```python\n".length();
    return page.substring(begin, page.indexOf("```", begin));
  }
}
