package io.millrace.console.inference;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.console.inference.InputTensor.Content;
import io.millrace.runtime.http.HttpStatusException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Collections;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Requests as the protocol documents them, and those that are none. */
final class InferRequestReaderTest {

  private static final InferenceLimits LIMITS = new InferenceLimits(4, 8, 4096);

  private static final String FLOATS =
      "{'inputs':[{'name':'images','shape':[2,2],'datatype':'FP32','data':%s}]}";

  @Test
  void readsTheMembersOfTheProtocolInAnyOrder() {
    InferRequest request =
        read(
            """
            {
              "id": "42",
              "parameters": {"priority": 1, "binary_data_output": true},
              "outputs": [{"name": "output0", "parameters": {"binary_data": false}},
                          {"name": "output1", "parameters": {"classification": 2}}],
              "inputs": [
                {"data": [1, 2.5, 3e-1, 0.0039215689], "datatype": "FP32", "shape": [2, 2], "name": "input0"},
                {"name": "input1", "shape": [1], "datatype": "BYTES", "data": ["\\u00e4"],
                 "parameters": {"content_type": "str"}, "other": {"a": [1, {}]}}
              ]
            }
            """);

    assertThat(request.id()).contains("42");
    assertThat(request.binaryOutput()).isTrue();
    assertThat(request.outputs())
        .containsExactly(
            new InferRequest.Output("output0", Optional.of(false)),
            new InferRequest.Output("output1", Optional.empty()));
    assertThat(floats(request)).containsExactly(1, 2.5f, 0.3f, 1 / 255f);
    assertThat(request.inputs().getLast().texts()).containsExactly("ä");
  }

  @Test
  void elementsMayBeNestedAsTheShapeIs() {
    assertThat(floats(read(FLOATS.formatted("[[1,2],[3,4]]")))).containsExactly(1, 2, 3, 4);
    assertThat(floats(read(FLOATS.formatted("[1,2,3,4]")))).containsExactly(1, 2, 3, 4);
  }

  /** Clients that write all members of their classes send null for those that are not set. */
  @Test
  void aMemberThatIsNullIsAbsent() {
    InferRequest request =
        read(
            "{'id':null,'parameters':null,'outputs':null,'inputs':[{'name':'t','shape':[1],"
                + "'datatype':'BYTES','parameters':{'content_type':null,'binary_data_size':null},"
                + "'data':['a']}]}");
    InferRequest output =
        read(
            "{'outputs':[{'name':'o','parameters':null}],'inputs':[{'name':'t','shape':[1],"
                + "'datatype':'BYTES','parameters':null,'data':['a']}]}");

    assertThat(request.id()).isEmpty();
    assertThat(request.outputs()).isEmpty();
    assertThat(request.inputs().getFirst().texts()).containsExactly("a");
    assertThat(output.outputs()).containsExactly(new InferRequest.Output("o", Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 1025, images may have 1024 numbers",
    "'\"a\"', 9, a request may have 8 images or texts"
  })
  void moreElementsThanAnyModelTakesAreNotRead(String element, int count, String problem) {
    // What is not read is not refused: the number is followed by what is no JSON.
    String elements = String.join(",", Collections.nCopies(count, element));
    assertRefused("{'inputs':[{'name':'images','data':[" + elements + " nonsense", problem);
  }

  @Test
  void manyInputsAreRefused() {
    String input = "{'name':'t','shape':[1],'datatype':'BYTES','data':['a']}";
    assertRefused(
        "{'inputs':[" + String.join(",", Collections.nCopies(17, input)) + "]}", "at most 16");
  }

  /** A parser takes bytes that begin so for UTF-32. */
  @Test
  void bytesThatAreNoTextAreRefused() {
    byte[] body = {0, 0, 0, '{', '"', 'i', 'd', '"'};

    assertThatThrownBy(() -> InferRequestReader.read(body, Optional.empty(), LIMITS))
        .isInstanceOf(HttpStatusException.class)
        .hasMessageContaining("not JSON in UTF-8");
  }

  @Test
  void filesAreBase64InJson() {
    InputTensor input =
        read("{'inputs':[{'name':'images','shape':[1],'datatype':'BYTES','data':['AQID']}]}")
            .inputs()
            .getFirst();

    assertThat(input.files()).containsExactly(new byte[] {1, 2, 3});
    assertThat(input.texts()).containsExactly("AQID");
  }

  @Test
  void tensorsMayFollowTheJsonAsBinary() {
    String json =
        """
        {"inputs":[
          {"name":"images","shape":[1,3],"datatype":"FP32","parameters":{"binary_data_size":12}},
          {"name":"texts","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":11}}]}
        """;
    ByteBuffer body = ByteBuffer.allocate(json.length() + 23).order(ByteOrder.LITTLE_ENDIAN);
    body.put(json.getBytes(UTF_8)).putFloat(0.25f).putFloat(0.5f).putFloat(1);
    body.putInt(3).put("abc".getBytes(UTF_8)).putInt(0);

    InferRequest request = read(body.array(), Integer.toString(json.length()));

    assertThat(floats(request)).containsExactly(0.25f, 0.5f, 1);
    assertThat(request.inputs().getLast().texts()).containsExactly("abc", "");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[1,2,3] | 4 elements; its data are 3 elements",
        "[1,2,3,4,5] | its data are more",
        "[[1,2,3],[4]] | one flat array, or nested arrays of the shape [2, 2]",
        "[[1],[2],[3],[4]] | nested arrays of the shape",
        "[1,[2],3,4] | nested arrays of the shape",
        "[[1,2],3,4] | nested arrays of the shape",
        "[[[[[[[[[1]]]]]]]]] | nested more than 8 times",
        "['a','b','c','d'] | must be numbers for FP32",
        "[1,2,3,true] | must have numbers, or strings; it has true",
        "[1,2,3,null] | it has null",
        "[1,2,3,{}] | it has {",
        "4 | must be an array",
        "[1,2,3,NaN] | is not JSON",
        "[1,2,3,4 | is not JSON"
      })
  void dataThatDoNotFitAreRefused(String data, String problem) {
    assertRefused(FLOATS.formatted(data), problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[] | 1 to 8 extents",
        "[1,1,1,1,1,1,1,1,4] | 1 to 8 extents",
        "[-2,-2] | from 1 to",
        "[0] | from 1 to",
        "[65536,65536] | more than 2147483647 elements",
        "[2147483647,2147483647,2147483647] | more than 2147483647 elements",
        "[4294967300] | from 1 to",
        "[18446744073709551620] | from 1 to",
        "[2.5] | an array of integers",
        "['4'] | an array of integers",
        "4 | an array of integers",
        "[2147483647] | its data are 4 elements"
      })
  void shapesThatCannotBeAreRefused(String shape, String problem) {
    assertRefused(
        "{'inputs':[{'name':'i','shape':%s,'datatype':'FP32','data':[1,2,3,4]}]}".formatted(shape),
        problem);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "[] | the body must be an object",
        "{} | has no inputs",
        "{'inputs':[]} | has no inputs",
        "{'inputs':{}} | inputs must be an array",
        "{'inputs':[1]} | an input must be an object",
        "{'inputs':[{'name':'i','shape':[1],'data':[1]}]} | needs name, shape and datatype",
        "{'inputs':[{'name':'i','shape':[1],'datatype':'FP32'}]} | data or the parameter binary",
        "{'inputs':[{'name':'i','shape':[1],'datatype':'UINT8','data':[1]}]} | FP32, FP64 or BYTES",
        "{'inputs':[{'name':'i','shape':[1],'datatype':'BYTES','data':[1]}]} | must be strings",
        "{'id':42,'inputs':[]} | id must be a string",
        "{'outputs':[{}],'inputs':[]} | an output needs a name",
        "{'outputs':[{'name':'a'},{'name':'b'},{'name':'a'}]} | the output a is asked for twice",
        "{'inputs':null} | has no inputs",
        "{'inputs':[{'name':null,'shape':[1],'datatype':'FP32','data':[1]}]} | needs name, shape",
        "{'inputs':[]} {} | more than one JSON object",
        "nonsense | is not JSON"
      })
  void bodiesThatAreNoRequestsAreRefused(String body, String problem) {
    assertRefused(body, problem);
  }

  @Test
  void anEmptyBodyIsRefused() {
    assertRefused("", "the body must be an object");
  }

  @ParameterizedTest
  @CsvSource({"-1", "100", "abc", "99999999999"})
  void aHeaderLengthThatCannotBeIsRefused(String length) {
    assertThatThrownBy(() -> read(new byte[10], length))
        .isInstanceOf(HttpStatusException.class)
        .hasMessageContaining("Inference-Header-Content-Length must be from 0 to the 10 bytes");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "FP32 | [1] | 8 | 8 bytes of FP32",
        "FP32 | [536870912] | 8 | 8 bytes of FP32",
        "FP32 | [1] | 9 | 8 bytes are left in the body",
        "FP32 | [1] | 9223372036854775807 | 8 bytes are left in the body",
        "FP32 | [1] | -4 | is not a size",
        "FP32 | [1] | 4 | binary_data_size of the inputs names 4 of them",
        "BYTES | [9] | 8 | may have 8 images or texts",
        "BYTES | [1] | 8 | 4294967295 bytes",
        "BYTES | [1] | 3 | 0 elements and 3 bytes"
      })
  void binaryDataThatDoNotFitAreRefused(String type, String shape, String size, String problem) {
    String json =
        "{'inputs':[{'name':'i','shape':%s,'datatype':'%s','parameters':{'binary_data_size':%s}}]}"
            .formatted(shape, type, size)
            .replace('\'', '"');
    byte[] body = json.getBytes(UTF_8);
    byte[] whole = Arrays.copyOf(body, body.length + 8);
    Arrays.fill(whole, body.length, whole.length, (byte) 0xff);

    assertThatThrownBy(() -> read(whole, Integer.toString(body.length)))
        .isInstanceOf(HttpStatusException.class)
        .hasMessageContaining(problem);
  }

  @Test
  void whateverComesIsReadOrRefused() {
    byte[] whole =
        ("{\"id\":\"1\",\"inputs\":[{\"name\":\"i\",\"shape\":[2,2],\"datatype\":\"FP32\","
                + "\"data\":[[1,2],[3,4e0]]},{\"name\":\"t\",\"shape\":[1],\"datatype\":\"BYTES\","
                + "\"parameters\":{\"binary_data_size\":8}}],\"outputs\":[{\"name\":\"o\"}]}"
                + "\u0004\u0000\u0000\u0000abcd")
            .getBytes(UTF_8);
    int json = whole.length - 8;
    assertThat(read(whole, Integer.toString(json)).inputs()).hasSize(2);
    var random = new Random(19);
    int refused = 0;
    for (int round = 0; round < 5_000; round++) {
      byte[] body = whole.clone();
      for (int changes = random.nextInt(1, 4); changes > 0; changes--) {
        int at = random.nextInt(body.length);
        body[at] =
            random.nextBoolean() ? (byte) random.nextInt() : whole[random.nextInt(whole.length)];
      }
      try {
        read(body, Integer.toString(json));
      } catch (HttpStatusException e) {
        refused++;
      }
    }
    assertThat(refused).isGreaterThan(2_500);
  }

  private static void assertRefused(String body, String problem) {
    assertThatThrownBy(() -> read(body))
        .isInstanceOf(HttpStatusException.class)
        .hasMessageContaining(problem)
        .extracting(it -> ((HttpStatusException) it).status())
        .isEqualTo(400);
  }

  private static InferRequest read(String json) {
    return InferRequestReader.read(
        json.replace('\'', '"').getBytes(UTF_8), Optional.empty(), LIMITS);
  }

  private static InferRequest read(byte[] body, String headerLength) {
    return InferRequestReader.read(body, Optional.of(headerLength), LIMITS);
  }

  private static float[] floats(InferRequest request) {
    return ((Content.Floats) request.inputs().getFirst().content()).numbers();
  }
}
