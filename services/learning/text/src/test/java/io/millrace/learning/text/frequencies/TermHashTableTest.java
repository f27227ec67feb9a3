package io.millrace.learning.text.frequencies;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class TermHashTableTest {

  private final TermHashTable<Term> table = new TermHashTable<>();
  private final TermTextBuffer text = new TermTextBuffer();

  @Test
  void findsWhatWasAddedAndNotWhatWasTakenAwayInAnyOrder() {
    var random = new Random(5);
    Map<String, Term> there = new HashMap<>();
    for (int step = 0; step < 200_000; step++) {
      String word = "word" + random.nextInt(step < 100_000 ? 20_000 : 500);
      Term known = there.get(word);
      text.set(word);
      assertThat(table.find(text)).isSameAs(known);
      if (known == null) {
        there.put(word, new Term(text));
        table.add(there.get(word));
      } else if (random.nextBoolean()) {
        table.remove(known);
        there.remove(word);
      }
    }

    assertThat(table.size()).isEqualTo(there.size());
    there.forEach((word, term) -> {
      text.set(word);
      assertThat(table.find(text)).isSameAs(term);
      assertThat(table.find(new Term(text))).isSameAs(term);
    });
  }

  @Test
  void tellsTextsApartThatShareTheirBeginning() {
    List<String> texts = List.of("", "a", "a\0", "abcdefgh", "abcdefgh\0", "abcdefghi", "abcdefg");
    for (String each : texts) {
      text.set(each);
      table.add(new Term(text));
    }

    for (String each : texts) {
      text.set(each);
      assertThat(table.find(text).text()).isEqualTo(each);
    }
  }

  @Test
  void termsSortAsStringsDo() {
    List<String> texts = new ArrayList<>();
    var random = new Random(6);
    String alphabet = "ab\u00e9\u0410\u4e2d\ue000\ufb01\uffff\ud83d\ude00\ud800\udc00";
    for (int i = 0; i < 3000; i++) {
      var word = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        int at = alphabet.offsetByCodePoints(0, random.nextInt(alphabet.codePointCount(0, 12)));
        word.appendCodePoint(alphabet.codePointAt(at));
      }
      texts.add(word.toString());
    }
    List<Term> terms = new ArrayList<>();
    for (String each : texts) {
      text.set(each.toCharArray(), 0, each.length());
      terms.add(new Term(text));
    }

    terms.sort(Term::compare);
    Collections.sort(texts);

    assertThat(terms.stream().map(Term::text).toList()).isEqualTo(texts);
  }
}
