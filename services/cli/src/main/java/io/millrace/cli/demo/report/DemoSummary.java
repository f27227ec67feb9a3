package io.millrace.cli.demo.report;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What came of the demonstration; {@code summary.json} has the same names. Accuracies are given
 * twice: {@code prequentialAccuracy} is the trainer's own figure, every record predicted just
 * before it was learned from; {@code servedPrequentialAccuracy} is that of the evaluation service
 * over the predictions that were served before.
 *
 * @param quick whether it was done on a tenth of the data
 * @param mnist the images
 * @param spam the mails
 * @param vision the network's newest version
 * @param classifier the classifier's newest version
 * @param embedding the word vectors
 * @param strongestTerms what weighs most in one mail
 * @param deadLetters records that could not be used
 * @param seconds from the first record to the last answer
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record DemoSummary(
    boolean quick,
    Mnist mnist,
    Spam spam,
    Model vision,
    Model classifier,
    Words embedding,
    Terms strongestTerms,
    long deadLetters,
    double seconds) {

  /**
   * The images.
   *
   * @param sent images sent with their labels
   * @param trained how many of them were learned from
   * @param rest how many fill no batch and are held back
   * @param prequentialAccuracy the trainer's own, 0 to 1
   * @param servedPrequentialAccuracy the evaluation's, over what was served, 0 to 1
   * @param servedPrequentialCount predictions that it is taken over
   * @param heldOut images sent without their labels afterwards
   * @param testAccuracy how many of those were told right, 0 to 1
   * @param testVersions the versions that answered them; one
   * @param predictions committed predictions of all images
   * @param repeatedPredictions of images that had one already; must be 0
   * @param reconstructionMse mean squared error over the held-out images, pixels in 0 to 1
   * @param imagesPerSecond images learned from and scored in a second, over the whole stream
   */
  record Mnist(
      long sent,
      long trained,
      long rest,
      double prequentialAccuracy,
      double servedPrequentialAccuracy,
      long servedPrequentialCount,
      long heldOut,
      double testAccuracy,
      List<Long> testVersions,
      long predictions,
      long repeatedPredictions,
      double reconstructionMse,
      double imagesPerSecond) {}

  /**
   * The mails.
   *
   * @param documents mails sent
   * @param trained how many of them were learned from
   * @param rest how many fill no batch and are held back
   * @param prequentialAccuracy the trainer's own, 0 to 1
   * @param servedPrequentialAccuracy the evaluation's, over what was served, 0 to 1
   * @param servedPrequentialCount predictions that it is taken over
   * @param predictions committed predictions of all mails
   * @param repeatedPredictions of mails that had one already; must be 0
   */
  record Spam(
      long documents,
      long trained,
      long rest,
      double prequentialAccuracy,
      double servedPrequentialAccuracy,
      long servedPrequentialCount,
      long predictions,
      long repeatedPredictions) {}

  /**
   * A model.
   *
   * @param version the newest
   * @param servedVersions how many versions answered something
   */
  record Model(long version, int servedVersions) {}

  /**
   * The word vectors.
   *
   * @param version the newest
   * @param words words that have a vector
   * @param nearest some words and the words nearest to each, the nearest first
   */
  record Words(long version, int words, Map<String, List<String>> nearest) {
    Words {
      nearest = new TreeMap<>(nearest);
    }
  }

  /**
   * A mail's heaviest terms.
   *
   * @param mail its id
   * @param subject its first line
   * @param terms the heaviest first, with their weights
   */
  record Terms(String mail, String subject, List<Term> terms) {}

  /** A term and its TF-IDF weight. */
  record Term(String term, double weight) {}

  /** The text of {@code summary.json}. */
  String json() {
    try {
      return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(this)
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a summary is always JSON", e);
    }
  }

  /** What does not add up; empty if all does. */
  public Optional<String> inconsistency() {
    long images = mnist.sent() + mnist.heldOut();
    if (mnist.trained() + mnist.rest() != mnist.sent()) {
      return Optional.of(
          "%,d images were sent, but %,d learned from and %,d held back"
              .formatted(mnist.sent(), mnist.trained(), mnist.rest()));
    }
    if (spam.trained() + spam.rest() != spam.documents()) {
      return Optional.of(
          "%,d mails were sent, but %,d learned from and %,d held back"
              .formatted(spam.documents(), spam.trained(), spam.rest()));
    }
    if (mnist.predictions() != images || mnist.repeatedPredictions() != 0) {
      return Optional.of(
          "%,d images have %,d predictions, %,d of them repeated"
              .formatted(images, mnist.predictions(), mnist.repeatedPredictions()));
    }
    if (spam.predictions() != spam.documents() || spam.repeatedPredictions() != 0) {
      return Optional.of(
          "%,d mails have %,d predictions, %,d of them repeated"
              .formatted(spam.documents(), spam.predictions(), spam.repeatedPredictions()));
    }
    return deadLetters == 0
        ? Optional.empty()
        : Optional.of("%,d records could not be used; see dead-letters".formatted(deadLetters));
  }
}
