package io.millrace.schemas;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.schemas.avro.Source;
import org.junit.jupiter.api.Test;

final class SubjectTest {

  private static final Source PLACE = new Source("images", 3, 17L);

  @Test
  void anImageIsNamedByItsKey() {
    assertThat(Subject.ofImage("cat/1".getBytes(UTF_8), PLACE))
        .isEqualTo(Decoded.valid(Subject.image("cat/1")));
  }

  @Test
  void anImageWithoutAKeyIsNamedByItsPlace() {
    var byPlace = Decoded.valid(Subject.image("images-3-17"));

    assertThat(Subject.ofImage(null, PLACE)).isEqualTo(byPlace);
    assertThat(Subject.ofImage(new byte[0], PLACE)).isEqualTo(byPlace);
  }

  @Test
  void aDocumentNeedsAKey() {
    assertThat(Subject.ofDocument("d".getBytes(UTF_8)))
        .isEqualTo(Decoded.valid(Subject.document("d")));
    assertThat(Subject.ofDocument(null))
        .isEqualTo(Decoded.invalid("a document needs a key: its id"));
    assertThat(Subject.ofDocument(new byte[0])).isInstanceOf(Decoded.Invalid.class);
  }

  @Test
  void aKeyThatIsNoTextOrTooLongNamesNothing() {
    byte[] noText = {(byte) 0xc3, 0x28};
    byte[] tooLong = new byte[Subject.MAX_ID_BYTES + 1];

    assertThat(Subject.ofImage(noText, PLACE))
        .isEqualTo(Decoded.invalid("the key is not UTF-8 text"));
    assertThat(Subject.ofImage(tooLong, PLACE))
        .isEqualTo(Decoded.invalid("the key has 4097 bytes; an id has at most 4096"));
  }
}
