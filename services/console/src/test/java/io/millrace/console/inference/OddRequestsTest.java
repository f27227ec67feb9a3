package io.millrace.console.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests that no client should send: each is refused, and told why. */
final class OddRequestsTest extends InferenceFixture {

  /** A and B stand for the members of an input before its shape: of texts and of an image. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``|the body must be an object",
        "[]|the body must be an object",
        "{|column 2): Unexpected end-of-input: expected close marker for Object",
        "{`inputs`:[]}|has no inputs",
        "{`inputs`:[null]}|an input must be an object",
        "{`inputs`:[{A,`shape`:[1],`data`:[`a`]}]}x|Unrecognized token 'x'",
        "{`inputs`:[{A,`shape`:[1],`data`:[`a`]}]}{}|more than one JSON object",
        "{`inputs`:[{A,`shape`:[1],`data`:[`a`]}],`inputs`:[]}|the request has the member inputs"
            + " twice",
        "{`inputs`:[{A,`shape`:[1],`data`:[`a`],`data`:[`b`]}]}|texts has the member data twice",
        "{`inputs`:[{A,`shape`:[1],`shape`:[1],`data`:[`a`]}]}|texts has the member shape twice",
        "{`inputs`:[{A,`shape`:[],`data`:[]}]}|must have 1 to 8 extents",
        "{`inputs`:[{A,`shape`:[0],`data`:[]}]}|must be from 1 to 2147483647",
        "{`inputs`:[{A,`shape`:[-1],`data`:[`a`]}]}|must be from 1 to 2147483647",
        "{`inputs`:[{A,`shape`:[1.5],`data`:[`a`]}]}|must be an array of integers",
        "{`inputs`:[{A,`shape`:[9223372036854775808],`data`:[`a`]}]}|must be from 1 to 2147483647",
        "{`inputs`:[{A,`shape`:[4294967296,4294967296],`data`:[`a`]}]}|must be from 1 to"
            + " 2147483647",
        "{`inputs`:[{A,`shape`:[65536,65536],`data`:[`a`]}]}|more than 2147483647 elements",
        "{`inputs`:[{A,`shape`:[2147483647],`data`:[`a`]}]}|so 2147483647 elements; its data are 1",
        "{`inputs`:[{A,`shape`:[1],`data`:[null]}]}|it has null",
        "{`inputs`:[{A,`shape`:[1],`data`:[{}]}]}|must have numbers, or strings",
        "{`inputs`:[{A,`shape`:[2],`data`:[`a`,[`b`]]}]}|one flat array, or nested arrays",
        "{`inputs`:[{A,`shape`:[1],`data`:[[[[[[[[[`a`]]]]]]]]]}]}|nested more than 8 times",
        "{`inputs`:[{A,`shape`:[1],`parameters`:{`binary_data_size`:-5}}]}|binary_data_size of"
            + " texts is not",
        "{`inputs`:[{A,`shape`:[1],`parameters`:{`binary_data_size`:1e30}}]}|must be an integer",
        "{`inputs`:[{A,`shape`:[1],`parameters`:{`binary_data_size`:5}}]}|0 bytes are left",
        "{`inputs`:[{A,`shape`:[1],`parameters`:{`content_type`:`base64`},`data`:[`!`]}]}|not"
            + " base64",
        "{`inputs`:[{A,`shape`:[1],`parameters`:{`content_type`:`base64`},`data`:[`/w==`]}]}|element"
            + " 0 of texts is not UTF-8",
        "{`inputs`:[{B,`shape`:[1,2],`data`:[NaN,0]}]}|Non-standard token 'NaN'",
        "{`inputs`:[{B,`shape`:[1,2],`data`:[1e400,0]}]}|[n, 1, 12, 12] or [n, 144]",
        "{`inputs`:[{B,`shape`:[144],`data`:[ZEROS]}]}|has [144]",
        "{`inputs`:[{B,`shape`:[144,1],`data`:[ZEROS]}]}|has [144, 1]",
        "{`inputs`:[{B,`shape`:[12,12],`data`:[ZEROS]}]}|has [12, 12]",
        "{`inputs`:[{B,`shape`:[1,12,12,1],`data`:[ZEROS]}]}|has [1, 12, 12, 1]",
        "{`inputs`:[{B,`shape`:[1,145],`data`:[1e999999999,ZEROS]}]}|has [1, 145]",
        "{`inputs`:[{B,`shape`:[1,144],`data`:[ZEROS,0]}]}|its data are more",
      })
  void isRefusedWithItsReason(String body, String reason) {
    String text = body == null ? "" : body.replace('`', '"');
    String model = body != null && body.contains("{B,") ? "vision" : "classifier";
    String request =
        text.replace("{A,", "{\"name\":\"texts\",\"datatype\":\"BYTES\",")
            .replace("{B,", "{\"name\":\"images\",\"datatype\":\"FP32\",")
            .replace("ZEROS", "0" + ",0".repeat(143));

    refused(400, reason, () -> infer(model, request));
  }

  @Test
  void noParsersOwnNamesAreInAReason() {
    for (String request :
        List.of(
            "{\"inputs\":[NaN",
            "{",
            "{\"x\":" + "[".repeat(2000),
            "{\"" + "n".repeat(100_000) + "\":1}",
            "{\"x\":" + "1".repeat(2000) + "}")) {
      assertThatThrownBy(() -> infer("classifier", request))
          .hasMessageStartingWith("the body is not JSON (line 1, column ")
          .satisfies(
              it -> assertThat(it.getMessage()).doesNotContain("REDACTED", "StreamRead", "enable"));
    }
  }

  @Test
  void theLengthOfTheHeadMustBeANumberOfItsBytes() {
    byte[] body =
        "{\"inputs\":[{\"name\":\"texts\",\"datatype\":\"BYTES\",\"shape\":[1],\"data\":[\"a\"]}]}"
            .getBytes(UTF_8);

    for (String length : List.of("abc", "-1", "999999", "1.0", "", "99999999999999", "0x10")) {
      refused(
          400,
          "must be from 0 to the " + body.length + " bytes of the body, was " + length,
          () -> withHead(body, length));
    }
    refused(400, "Unexpected end-of-input", () -> withHead(body, "" + (body.length - 1)));
  }

  @Test
  void binaryTextsMustBeWholeAndUtf8() {
    byte[] head =
        ("{\"inputs\":[{\"name\":\"texts\",\"datatype\":\"BYTES\",\"shape\":[1],"
                + "\"parameters\":{\"binary_data_size\":8}}]}")
            .getBytes(UTF_8);
    Map<String, byte[]> bodies =
        Map.of(
            "element 0 of texts has 5 bytes", new byte[] {5, 0, 0, 0, 'a', 'b', 'c', 'd'},
            "has 4294967295 bytes", new byte[] {-1, -1, -1, -1, 'a', 'b', 'c', 'd'},
            "is not UTF-8", new byte[] {4, 0, 0, 0, -1, -2, -3, 0},
            "1 elements and 4 bytes", new byte[8],
            "9 bytes follow the JSON", new byte[] {4, 0, 0, 0, 'a', 'b', 'c', 'd', 'e'});

    bodies.forEach((reason, binary) -> {
      byte[] body = Arrays.copyOf(head, head.length + binary.length);
      System.arraycopy(binary, 0, body, head.length, binary.length);
      refused(400, reason, () -> withHead(body, Integer.toString(head.length)));
    });
  }

  @Test
  void aVersionIsItsNumberAsItIsWritten() {
    for (String version : List.of("007", "+7", "\u0667", "7.0", "", " 7", "1e1", "latest")) {
      refused(404, "no version " + version + " of vision", () -> inferBy("vision", version, "{}"));
    }
  }

  private void withHead(byte[] body, String length) throws Exception {
    answer(
        "/v2/models/{model}/infer",
        new TestRequest(
            Map.of("model", "classifier"),
            Map.of("Inference-Header-Content-Length", length),
            body));
  }
}
