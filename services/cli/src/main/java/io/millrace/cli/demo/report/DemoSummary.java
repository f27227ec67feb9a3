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
 * The results of the demonstration; {@code summary.json} has the same names. Accuracies are given
 * twice: {@code prequentialAccuracy} is measured by the trainer, which predicts every record just
 * before it learns from it; {@code servedPrequentialAccuracy} is measured by the evaluation service
 * over the served predictions of versions that had not learned from the record.
 *
 * @param quick whether a tenth of the data was used
 * @param mnist the images
 * @param spam the mails
 * @param vision the network's newest version
 * @param classifier the classifier's newest version
 * @param embedding the word vectors
 * @param strongestTerms the terms of one mail with the largest weights
 * @param deadLetters the number of dead letters
 * @param seconds elapsed, from the start of the broker to the summary
 * @param learningSeconds of these, from the first record to the last that was learned from
 * @param processorSeconds processor time of the whole process, user and system, since its start
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
    double seconds,
    double learningSeconds,
    double processorSeconds) {

  /**
   * The images.
   *
   * @param sent images sent with their labels
   * @param trained the number of them that were learned from
   * @param rest the number of them held back because they do not fill a batch
   * @param prequentialAccuracy measured by the trainer, 0 to 1
   * @param servedPrequentialAccuracy measured by evaluation over served predictions, 0 to 1
   * @param servedPrequentialCount the number of those predictions
   * @param servedUnanswered served predictions without a label, not among them: the version that
   *     predicted knew fewer than two classes
   * @param heldOut images sent without labels afterwards
   * @param testAccuracy the share of those that were predicted correctly, 0 to 1
   * @param testVersions the versions that predicted them; one
   * @param predictions committed predictions of all images
   * @param repeatedPredictions predictions of images that already had one; must be 0
   * @param reconstructionMse mean squared error over the held-out images, pixels in 0 to 1
   * @param imagesPerSecond images learned from and scored per second, over the whole stream
   */
  record Mnist(
      long sent,
      long trained,
      long rest,
      double prequentialAccuracy,
      double servedPrequentialAccuracy,
      long servedPrequentialCount,
      long servedUnanswered,
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
   * @param trained the number of them that were learned from
   * @param rest the number of them held back because they do not fill a batch
   * @param prequentialAccuracy measured by the trainer, 0 to 1
   * @param servedPrequentialAccuracy measured by evaluation over served predictions, 0 to 1
   * @param servedPrequentialCount the number of those predictions
   * @param servedUnanswered served predictions without a label, not among them: the version that
   *     predicted knew fewer than two classes, or no term of the mail
   * @param predictions committed predictions of all mails
   * @param repeatedPredictions predictions of mails that already had one; must be 0
   */
  record Spam(
      long documents,
      long trained,
      long rest,
      double prequentialAccuracy,
      double servedPrequentialAccuracy,
      long servedPrequentialCount,
      long servedUnanswered,
      long predictions,
      long repeatedPredictions) {}

  /**
   * A model.
   *
   * @param version the newest
   * @param servedVersions the number of versions that made a prediction
   */
  record Model(long version, int servedVersions) {}

  /**
   * The word vectors.
   *
   * @param version the newest
   * @param words the number of words that have a vector
   * @param nearest the nearest words of some words, the nearest first
   */
  record Words(long version, int words, Map<String, List<String>> nearest) {
    Words {
      nearest = new TreeMap<>(nearest);
    }
  }

  /**
   * The terms of a mail with the largest weights.
   *
   * @param mail its id
   * @param subject its first line
   * @param terms the largest weight first
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

  /** A contradiction between the numbers; empty if there is none. */
  public Optional<String> inconsistency() {
    long images = mnist.sent() + mnist.heldOut();
    if (mnist.trained() + mnist.rest() != mnist.sent()) {
      return Optional.of(
          "%,d images were sent, but %,d were learned from and %,d held back"
              .formatted(mnist.sent(), mnist.trained(), mnist.rest()));
    }
    if (spam.trained() + spam.rest() != spam.documents()) {
      return Optional.of(
          "%,d mails were sent, but %,d were learned from and %,d held back"
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
        : Optional.of(
            "%,d records became dead letters; `millrace dead-letters list` shows why"
                .formatted(deadLetters));
  }
}
