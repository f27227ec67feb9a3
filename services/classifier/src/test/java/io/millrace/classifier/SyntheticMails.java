package io.millrace.classifier;

import io.millrace.schemas.avro.DocumentExample;
import io.millrace.schemas.avro.Source;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;

/** Small documents of two classes by number: which word of a class they have, and chance words. */
final class SyntheticMails {

  private static final List<String> HAM = List.of("kernel", "patch", "thread", "list");
  private static final List<String> SPAM = List.of("viagra", "winner", "free", "click");

  private SyntheticMails() {}

  static String label(int number) {
    return isSpam(random(number)) ? "spam" : "ham";
  }

  static DocumentExample mail(int number) {
    Random random = random(number);
    List<String> words = isSpam(random) ? SPAM : HAM;
    var terms = new TreeSet<String>();
    terms.add(words.get(random.nextInt(words.size())));
    terms.add(words.get(random.nextInt(words.size())));
    for (int i = 0; i < 5; i++) {
      terms.add("word" + random.nextInt(300));
    }
    double weight = 1 / Math.sqrt(terms.size());
    return new DocumentExample(
        "document/" + number,
        List.copyOf(terms),
        Collections.nCopies(terms.size(), weight),
        label(number),
        new Source("documents", 0, (long) number));
  }

  /** Neighbouring seeds would begin alike. */
  private static Random random(int number) {
    return new Random(number * 0x9e3779b97f4a7c15L);
  }

  private static boolean isSpam(Random random) {
    return random.nextBoolean();
  }
}
