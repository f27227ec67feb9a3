package io.millrace.learning.classifier;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TermVectorTest {

  @Test
  void hasTheTermsInTheirOrder() {
    List<String> terms = IntStream.range(0, 500).mapToObj(i -> "term" + i).toList();

    TermVector vector = TermVector.of(terms, Collections.nCopies(500, 0.5));

    assertThat(IntStream.range(0, vector.size()).mapToObj(vector::term)).isEqualTo(terms);
    assertThat(vector.weight(499)).isEqualTo(0.5);
  }

  @Test
  void bytesGiveTheSameVectorAsStrings() {
    List<String> terms = List.of("", "a", "straße", "\ud83d\ude00", "a term of many bytes");
    List<Double> weights = List.of(1.0, 2.0, 3.0, 4.0, 5.0);
    var builder = new TermVector.Builder(0);
    for (int i = 0; i < terms.size(); i++) {
      byte[] text = terms.get(i).getBytes(UTF_8);
      builder.addTerm(text, text.length);
      builder.addWeight(weights.get(i));
    }

    TermVector vector = builder.build();

    assertThat(vector).isEqualTo(TermVector.of(terms, weights)).hasToString(text(terms, weights));
    assertThat(vector.hash(4)).isEqualTo(TermVector.of(terms, weights).hash(4));
  }

  @Test
  void replacesWhatIsNoUtf8AsAStringDoes() {
    var builder = new TermVector.Builder(4);
    builder.addTerm(new byte[] {'a', (byte) 0xff}, 2);
    builder.addWeight(1);

    assertThat(builder.build()).isEqualTo(TermVector.of(List.of("a\ufffd"), List.of(1.0)));
  }

  @Test
  void writesTermsAsDataOutputDoes() throws IOException {
    List<String> terms = List.of("plain", "with\0nul", "straße", "\ud83d\ude00", "");
    var written = new ByteArrayOutputStream();
    var expected = new ByteArrayOutputStream();
    var out = new DataOutputStream(written);
    var as = new DataOutputStream(expected);

    TermVector vector = TermVector.of(terms, Collections.nCopies(terms.size(), 1.0));
    for (int i = 0; i < terms.size(); i++) {
      vector.writeTerm(i, out);
      as.writeUTF(terms.get(i));
    }

    assertThat(written.toByteArray()).isEqualTo(expected.toByteArray());
  }

  @Test
  void needsAWeightForEachTermAndKnowsItsBound() {
    List<String> terms = List.of("a", "b");

    assertThatThrownBy(() -> TermVector.of(terms, List.of(1.0)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("2 terms, 1 weights");
    assertThat(TermVector.of(terms, List.of(-3.0, 2.0)).isWithin(3)).isTrue();
    assertThat(TermVector.of(terms, List.of(-3.0, 4.0)).isWithin(3)).isFalse();
    assertThat(TermVector.of(terms, List.of(Double.NaN, 0.0)).isWithin(3)).isFalse();
  }

  private static String text(List<String> terms, List<Double> weights) {
    var text = new StringBuilder("TermVector[");
    for (int i = 0; i < terms.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(terms.get(i)).append('=').append(weights.get(i));
    }
    return text.append(']').toString();
  }
}
