package io.millrace.runtime.records;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventHeadersTest {

  @ParameterizedTest
  @ValueSource(strings = {"content-type", "Content-Type", "CONTENT-TYPE", "contentType"})
  void findsTheContentTypeUnderEveryNameThatProducersUse(String name) {
    var headers = new RecordHeaders().add("own", utf8("1")).add(name, utf8("text/plain"));

    assertThat(EventHeaders.contentType(headers)).isEqualTo("text/plain");
  }

  @Test
  void prefersTheStandardName() {
    var headers =
        new RecordHeaders()
            .add("content-type", utf8("text/plain"))
            .add("contentType", utf8("application/json"));

    assertThat(EventHeaders.contentType(headers)).isEqualTo("text/plain");
  }

  @Test
  void takesNoHeaderForNoContentType() {
    assertThat(EventHeaders.contentType(new RecordHeaders())).isNull();
    assertThat(EventHeaders.contentType(new RecordHeaders().add("content-type", null))).isNull();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
