package io.millrace.learning.embedding;

import io.millrace.learning.core.SplitMix64;
import java.util.ArrayList;
import java.util.List;

/** Made-up documents of two topics, whose words share nothing but some that are everywhere. */
final class TwoTopicCorpus {

  static final List<String> KITCHEN = List.of("pan", "oven", "salt", "butter", "knife", "flour");
  static final List<String> HARBOUR = List.of("ship", "anchor", "mast", "tide", "sail", "quay");
  private static final List<String> EVERYWHERE = List.of("the", "and", "of", "with");

  private TwoTopicCorpus() {}

  /** Documents of 40 words, kitchen and harbour in turn, one word in fifty met just once. */
  static List<List<String>> documents(int count, long seed) {
    var random = new SplitMix64(seed);
    List<List<String>> documents = new ArrayList<>();
    for (int d = 0; d < count; d++) {
      List<String> topic = d % 2 == 0 ? KITCHEN : HARBOUR;
      List<String> words = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        words.add(
            switch ((int) random.nextBelow(50)) {
              case 0 -> "once" + seed + "x" + d + "x" + i;
              case 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 -> pick(EVERYWHERE, random);
              default -> pick(topic, random);
            });
      }
      documents.add(List.copyOf(words));
    }
    return documents;
  }

  private static String pick(List<String> words, SplitMix64 random) {
    return words.get((int) random.nextBelow(words.size()));
  }
}
