package io.millrace.scoring;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.learning.vision.images.ImageDecoder.PixelLimit;
import io.millrace.learning.vision.images.ImageShape;
import io.millrace.runtime.inputs.InputTable;
import io.millrace.runtime.settings.InputLimits;
import io.millrace.runtime.settings.Settings;
import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Image;
import io.millrace.schemas.avro.Pixels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of every form of an image: tables of {@code docs/inputs.md}. */
final class ImageFormsTest {

  /** As Pillow writes them; their pixels are checked where they are decoded. */
  private static final Path FILES = Path.of("../learning/vision/src/test/resources/images");

  /**
   * A record as somebody sends it.
   *
   * @param example how it is shown; empty for its first bytes
   */
  record Form(
      String form,
      String example,
      String contentType,
      byte[] value,
      Map<String, String> settings,
      String result) {

    static Form of(String form, byte[] value) {
      return new Form(form, "", null, value, Map.of(), "read");
    }

    static Form file(String form, String name) {
      return of(form, bytes(name));
    }

    static Form text(String form, String text) {
      return new Form(form, text, null, utf8(text), Map.of(), "read");
    }

    static Form hex(String form, String hex) {
      return of(form, HexFormat.of().parseHex(hex));
    }

    Form shownAs(String shown) {
      return new Form(form, shown, contentType, value, settings, result);
    }

    Form as(String type) {
      return new Form(form, example, type, value, settings, result);
    }

    Form with(String name, String setting) {
      return new Form(form, example, contentType, value, Map.of(name, setting), result);
    }

    Form gives(String expected) {
      return new Form(form, example, contentType, value, settings, expected);
    }

    Form refused(String reason) {
      return gives("refused: " + reason);
    }

    InputTable.Row row() {
      List<String> shown = new ArrayList<>();
      if (!example.isEmpty()) {
        shown.add(InputTable.code(example));
      } else if (value != null && value.length > 0) {
        String start = HexFormat.ofDelimiter(" ").formatHex(value, 0, Math.min(12, value.length));
        shown.add(InputTable.code(start + (value.length > 12 ? " …" : "")));
      }
      if (contentType != null) {
        shown.add("content-type " + InputTable.code(contentType));
      }
      settings.forEach((name, setting) -> shown.add(InputTable.code(name + "=" + setting)));
      return new InputTable.Row(form, String.join(", ", shown), result);
    }

    @Override
    public String toString() {
      return form;
    }
  }

  static List<Form> read() {
    String base64 = Base64.getEncoder().encodeToString(bytes("palette.png"));
    String shown = base64.substring(0, 12) + "…";
    String url = "data:image/png;base64,";
    return List.of(
        Form.file(
            "PNG: grey, colour, palette, 1 to 16 bits, interlaced, transparent", "palette.png"),
        Form.file("an animated PNG: its first frame", "animated.png"),
        Form.file("JPEG: baseline or progressive, grey or colour", "progressive-4-2-0.jpg"),
        Form.file("JPEG in CMYK", "cmyk.jpg"),
        Form.file("JPEG in YCCK", "ycck.jpg"),
        Form.file("a photo that has to be turned (Exif)", "orientation-6-little.jpg"),
        Form.file("JPEG with a useless colour profile", "useless-profile.jpg"),
        Form.file("JPEG with stray bytes before its end", "stray-before-end.jpg"),
        Form.file("JPEG without its end marker", "no-end.jpg"),
        Form.file("GIF", "colour.gif"),
        Form.file("an animated GIF: its first frame", "animated.gif"),
        Form.file("BMP", "colour.bmp"),
        Form.file("TIFF: one page; packed, LZW, deflate, fax or not compressed", "colour-lzw.tif"),
        Form.file("WebP, lossy", "lossy.webp"),
        Form.file("WebP, lossless", "lossless.webp"),
        Form.file("an animated WebP: its first frame", "animated.webp"),
        Form.file("PNM: PBM, PGM, PPM or PAM, in binary or text", "grey.pgm"),
        Form.file("the content type of another format", "lossless.webp").as("image/png"),
        Form.file("any other content type", "palette.png").as("application/json"),
        Form.text("JSON with base64", json(base64)).shownAs(json(shown)).gives("read, label `cat`"),
        Form.text("JSON with a data URL", json(url + base64))
            .shownAs(json(url + shown))
            .gives("read, label `cat`"),
        Form.text(
                "base64 with line breaks, without padding, of the alphabet for URLs",
                json(
                    base64
                        .replace("=", "")
                        .replace('+', '-')
                        .replace('/', '_')
                        .replaceAll("(.{76})", "$1\\\\n")))
            .shownAs(json(base64.substring(0, 12) + "\\n…"))
            .gives("read, label `cat`"),
        Form.text("JSON, although an image was declared", json(base64))
            .shownAs(json(shown))
            .as("image/png")
            .gives("read, label `cat`"),
        Form.text("a number as label", json(base64).replace("\"cat\"", "7"))
            .shownAs(json(shown).replace("\"cat\"", "7"))
            .gives("read, label `7`"),
        Form.text("an application's event", "{\"payload\": {\"picture\": \"" + base64 + "\"}}")
            .shownAs("{\"payload\": {\"picture\": \"" + shown + "\"}}")
            .with("images.json.image", "/payload/picture"),
        Form.text("a CloudEvent in structured mode", event(base64)).shownAs(event(shown)),
        Form.of(
                "Avro `Image` in single-object encoding: a file",
                avro(new Image(ByteBuffer.wrap(bytes("lossless.webp")), null, " cat")))
            .gives("read, label `cat`"),
        Form.of(
                "Avro `Image` in single-object encoding: pixels",
                avro(new Image(null, new Pixels(2, 1, 3, ByteBuffer.wrap(new byte[6])), "cat")))
            .gives("read, label `cat`"));
  }

  static List<Form> refused() {
    String base64 = Base64.getEncoder().encodeToString(bytes("palette.png"));
    String read = "send PNG, JPEG, GIF, BMP, TIFF, WebP or PNM";
    byte[] jpeg = bytes("baseline.jpg");
    byte[] png = bytes("palette.png");
    return List.of(
        Form.of("no value", null).refused("the record has no value; an image cannot be deleted"),
        Form.of("an empty value", new byte[0]).refused("the value is empty"),
        Form.of("a PNG file that is cut off", Arrays.copyOf(png, png.length / 2))
            .refused("the PNG file is cut off in the chunk at byte 33"),
        Form.of("a JPEG file that is cut off", Arrays.copyOf(jpeg, jpeg.length - 300))
            .refused("the JPEG file is damaged: Corrupt JPEG data: premature end of data segment"),
        Form.of("more pixels than are allowed", jpeg)
            .with(InputLimits.IMAGE_PIXELS, "900")
            .refused(
                "the image has 40 x 24 pixels, more than the limit of 900: make it smaller, or"
                    + " raise images.max.pixels"),
        Form.of("JPEG, arithmetic-coded", frame(jpeg, 0xc9, 8))
            .refused(
                "an arithmetic-coded JPEG file is not read: save it as baseline or progressive"
                    + " JPEG or as PNG"),
        Form.of("JPEG, lossless", frame(jpeg, 0xc3, 8))
            .refused(
                "a lossless JPEG file is not read: save it as baseline or progressive JPEG or as"
                    + " PNG"),
        Form.of("JPEG of 12 bits", frame(jpeg, 0xc1, 12))
            .refused(
                "a JPEG file with samples of 12 bits is not read: save it with 8 bits or as PNG"),
        Form.file("TIFF of several pages", "refused/pages.tif")
            .refused("the TIFF file has 2 pages: send each as an image of its own"),
        Form.file("TIFF compressed as JPEG", "refused/jpeg.tif")
            .refused("a TIFF file compressed as JPEG is not read: save it as JPEG or PNG"),
        Form.file("TIFF of fractions", "refused/float.tif")
            .refused(
                "a TIFF file with samples other than whole numbers of up to 16 bits is not read:"
                    + " save it as PNG"),
        Form.file("a camera's raw file", "refused/raw.tif")
            .refused("the raw file of a camera is not read: save it as JPEG or PNG"),
        Form.hex("AVIF", "0000001c667479706176696600000000617669666d696631")
            .refused("an AVIF file is not read: " + read),
        Form.hex("HEIC", "0000001c6674797068656963000000006d69663168656963")
            .refused("a HEIC file is not read: " + read),
        Form.hex("JPEG XL", "ff0afa1f").refused("a JPEG XL file is not read: " + read),
        Form.hex("JPEG 2000", "0000000c6a5020200d0a870a")
            .refused("a JPEG 2000 file is not read: " + read),
        Form.hex("ICO", "000001000100101000000100200068040000160000000000")
            .refused("an ICO file is not read: " + read),
        Form.text("SVG", "<svg xmlns=\"http://www.w3.org/2000/svg\"/>")
            .refused("an SVG file is not read: " + read),
        Form.text("PDF", "%PDF-1.7").refused("a PDF file is not read: " + read),
        Form.text("a page that says that there is no image", "<!DOCTYPE html><h1>404</h1>")
            .refused("an HTML file is not read: " + read),
        Form.hex("a NumPy array", "934e554d5059010076007b27")
            .refused("a NumPy array file is not read: " + read),
        Form.hex("bytes of no known format", "0102030405ff")
            .refused(
                "the bytes are no image file that is known: "
                    + read
                    + ", alone or in JSON or Avro"),
        Form.text("text", "a cat")
            .refused(
                "text, not an image: send the bytes of an image file, or JSON with it in base64 at"
                    + " /image"),
        Form.text("base64 alone", base64)
            .shownAs(base64.substring(0, 12) + "…")
            .refused(
                "text, not an image: send the bytes of an image file, or JSON with it in base64 at"
                    + " /image"),
        Form.text("JSON without an image", "{\"label\": \"cat\"}")
            .refused(
                "the JSON has no image at /image (images.json.image); it has the fields label: set"
                    + " images.json.image to where it lies"),
        Form.text("JSON with something else than base64", json("cat.png"))
            .refused(
                "the image at images.json.image=/image is neither base64 nor a data URL with"
                    + " base64: Illegal base64 character 2e"),
        Form.text("JSON with an empty image", json(""))
            .refused("the image at images.json.image=/image is empty"),
        Form.text("JSON with numbers", "{\"image\": [0, 255]}")
            .refused("the image at images.json.image=/image is a JSON array: send a string"),
        Form.text("an AVIF file in JSON", json("AAAAHGZ0eXBhdmlmAAAAAGF2aWZtaWYx"))
            .refused("an AVIF file is not read: " + read),
        Form.text("a list of labels", json(base64).replace("\"cat\"", "[\"cat\"]"))
            .shownAs(json(base64.substring(0, 12) + "…").replace("\"cat\"", "[\"cat\"]"))
            .refused("the label at images.json.label=/label is a JSON array: send a string"),
        Form.of("Avro `Image` with neither file nor pixels", avro(new Image(null, null, "cat")))
            .refused("an Avro Image needs either encoded or pixels, and not both"),
        Form.of(
                "Avro `Image` of more pixels than are allowed",
                avro(new Image(null, new Pixels(2, 1, 3, ByteBuffer.wrap(new byte[6])), null)))
            .with(InputLimits.IMAGE_PIXELS, "1")
            .refused(
                "the image has 2 x 1 pixels, more than the limit of 1: make it smaller, or raise"
                    + " images.max.pixels"),
        Form.of(
                "Avro `Image` of too few pixels",
                avro(new Image(null, new Pixels(2, 1, 3, ByteBuffer.wrap(new byte[5])), null)))
            .refused("2 x 1 pixels of 3 channels are not 5 bytes"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"read", "refused"})
  void isReadOrRefused(Form form) {
    Settings settings = Settings.of(form.settings());
    var record = new ConsumerRecord<byte[], byte[]>("images", 0, 7, utf8("cat-1"), form.value());
    if (form.contentType() != null) {
      record.headers().add("content-type", utf8(form.contentType()));
    }
    var shape = new ImageShape(3, 16, 16);
    var limit = new PixelLimit(settings.common().inputs().imagePixels(), InputLimits.IMAGE_PIXELS);

    Decoded<ScoringRequest> decoded =
        ScoringRequest.decodeImage(
            record, settings.inputs(), limit, shape, new float[shape.size()], 0);

    assertThat(
            switch (decoded) {
              case Decoded.Invalid<ScoringRequest>(String reason) -> "refused: " + reason;
              case Decoded.Valid<ScoringRequest>(ScoringRequest request) ->
                  request.givenLabel() == null
                      ? "read"
                      : "read, label " + InputTable.code(request.givenLabel());
            })
        .isEqualTo(form.result());
  }

  @Test
  void thePageHasARowForEveryForm() throws IOException {
    InputTable.hasRows("images", read().stream().map(Form::row).toList());
    InputTable.hasRows("images refused", refused().stream().map(Form::row).toList());
  }

  private static String json(String image) {
    return "{\"image\": \"" + image + "\", \"label\": \"cat\"}";
  }

  private static String event(String base64) {
    return "{\"specversion\": \"1.0\", \"id\": \"1\", \"source\": \"/a\", \"type\": \"t\","
        + " \"datacontenttype\": \"image/png\", \"data_base64\": \""
        + base64
        + "\"}";
  }

  /** The file with another marker and another number of bits in its frame. */
  private static byte[] frame(byte[] jpeg, int marker, int bits) {
    byte[] file = jpeg.clone();
    for (int i = 2; i < file.length - 4; i++) {
      if (file[i] == (byte) 0xff && file[i + 1] == (byte) 0xc0) {
        file[i + 1] = (byte) marker;
        file[i + 4] = (byte) bits;
        return file;
      }
    }
    throw new IllegalArgumentException("no frame");
  }

  private static byte[] avro(Image image) {
    return AvroCodec.of(Image.class).encode(image);
  }

  private static byte[] bytes(String name) {
    try {
      return Files.readAllBytes(FILES.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
