package io.millrace.schemas.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.AvroCodec;
import io.millrace.schemas.Decoded;
import io.millrace.schemas.avro.Image;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The first bytes decide, whatever the content type says; what is not read is named. */
final class ImageFormatTest {

  private static final String PNG = "89504e470d0a1a0a0000000d";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          89504e470d0a1a0a                                         | a PNG
          ffd8ffe1                                                 | a JPEG
          474946383761                                             | a GIF
          474946383961                                             | a GIF
          424d36040000000000003604000028000000                00   | a BMP
          49492a0008000000                                         | a TIFF
          4d4d002a00000008                                         | a TIFF
          524946462400000057454250565038                           | a WebP
          50350a3220320a3235350a01020304                           | a PNM
          5035202320636f6d6d656e740a322032203235350a01             | a PNM
          """)
  void whatIsReadIsAccepted(String hex, String name) {
    byte[] file = HexFormat.of().parseHex(hex.replace(" ", ""));

    assertThat(ImageFormat.of(file))
        .hasValueSatisfying(format -> {
          assertThat(format.name()).isEqualTo(name);
          assertThat(format.isRead()).isTrue();
        });
    for (String type :
        new String[] {null, "image/png", "text/plain", "application/octet-stream", "nonsense"}) {
      assertThat(InputDecoder.DEFAULT.image(type, file))
          .as("as %s", type)
          .isEqualTo(Decoded.valid(new Image(ByteBuffer.wrap(file), null, null)));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          0000001c667479706176696600000000617669666d696631         | an AVIF
          0000001c667479706d696631000000006d69663161766966         | an AVIF
          0000001c6674797068656963000000006d69663168656963         | a HEIC
          0000001c667479706d696631000000006d69663168656963         | a HEIC
          000000186674797063727820000000016372782069736f6d         | a camera's raw (CR3)
          0000001c6674797069736f6d0000020069736f6d69736f32         | a video (MP4)
          ff0a                                                     | a JPEG XL
          0000000c4a584c200d0a870a                                 | a JPEG XL
          0000000c6a5020200d0a870a                                 | a JPEG 2000
          ff4fff51                                                 | a JPEG 2000
          00000100010010100000010020006804000016000000 00          | an ICO
          49492b000800                                             | a BigTIFF
          49492a00100000004352                                     | a camera's raw (CR2)
          38425053                                                 | a Photoshop
          255044462d312e37                                         | a PDF
          716f6966                                                 | a QOI
          934e554d5059                                             | a NumPy array
          504b0304                                                 | a ZIP
          1f8b08                                                   | a gzip
          52494646000000005741564520                               | a RIFF (WAVE)
          3c73766720786d6c6e733d22                                 | an SVG
          3c3f786d6c2076657273696f6e3d22312e30223f3e0a3c73766720   | an SVG
          3c21444f43545950452068746d6c3e                           | an HTML
          """)
  void whatIsNotReadIsRefusedByName(String hex, String name) {
    byte[] file = HexFormat.of().parseHex(hex.replace(" ", ""));
    byte[] json =
        "{\"image\": \"%s\"}"
            .formatted(Base64.getEncoder().encodeToString(file))
            .getBytes(StandardCharsets.UTF_8);
    byte[] avro = AvroCodec.of(Image.class).encode(new Image(ByteBuffer.wrap(file), null, null));
    Decoded<Image> refused =
        Decoded.invalid(name + " file is not read: send PNG, JPEG, GIF, BMP, TIFF, WebP or PNM");

    for (String type : new String[] {null, "image/png", "image/avif"}) {
      assertThat(InputDecoder.DEFAULT.image(type, file)).isEqualTo(refused);
    }
    assertThat(InputDecoder.DEFAULT.image(null, json)).isEqualTo(refused);
    assertThat(InputDecoder.DEFAULT.image(null, avro)).isEqualTo(refused);
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/png", "image/jpeg", "IMAGE/JPG; q=1", "application/octet-stream"})
  void anImageInJsonOrAvroIsFoundWhateverIsDeclared(String type) {
    byte[] file = HexFormat.of().parseHex(PNG);
    var image = new Image(ByteBuffer.wrap(file), null, "cat");
    byte[] json =
        "{\"image\": \"data:image/png;base64,%s\", \"label\": \"cat\"}"
            .formatted(Base64.getEncoder().encodeToString(file))
            .getBytes(StandardCharsets.UTF_8);

    assertThat(InputDecoder.DEFAULT.image(type, json)).isEqualTo(Decoded.valid(image));
    assertThat(InputDecoder.DEFAULT.image(type, AvroCodec.of(Image.class).encode(image)))
        .isEqualTo(Decoded.valid(image));
  }

  @Test
  void theSchemeOfADataUrlMayHaveCapitals() {
    String base64 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(PNG));
    byte[] json =
        "{\"image\": \"DATA:image/png;BASE64,%s\"}"
            .formatted(base64)
            .getBytes(StandardCharsets.UTF_8);

    assertThat(InputDecoder.DEFAULT.image(null, json)).isInstanceOf(Decoded.Valid.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"P1 is the first plan", "BMW makes cars", "II. chapter", "a cat", "RIFFs"})
  void textThatBeginsLikeAnImageIsNone(String text) {
    byte[] value = text.getBytes(StandardCharsets.UTF_8);

    assertThat(InputDecoder.DEFAULT.image(null, value))
        .isInstanceOfSatisfying(
            Decoded.Invalid.class,
            invalid -> assertThat(invalid.reason()).startsWith("text, not an image"));
  }

  @Test
  void bytesOfNoKnownFormatAreRefused() {
    assertThat(InputDecoder.DEFAULT.image("image/png", new byte[] {1, 2, 3, (byte) 0xff}))
        .isEqualTo(Decoded.invalid(ImageFormat.UNKNOWN));
  }
}
