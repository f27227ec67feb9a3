package io.millrace.scoring.answers;

import io.millrace.learning.classifier.ClassifierPredictor;
import io.millrace.learning.classifier.TermVector;
import io.millrace.schemas.avro.NoLabelReason;

/**
 * Asks a classifier about documents. Safe for several threads.
 *
 * @param ranking of the classes
 */
public record DocumentAnswers(ClassRanking ranking) {

  /** No weighting comes near it; above it the sums of a network may overflow. */
  public static final double MAX_WEIGHT = 1e9;

  /**
   * Ranks the classes. Of a document without a known term the network would tell its bias.
   *
   * @param terms with weights of at most {@link #MAX_WEIGHT}
   * @throws DivergedException if a score is not finite
   */
  public ClassRanking.Ranked rank(
      ServedModel.Version<ClassifierPredictor> version, TermVector terms) {
    ClassifierPredictor predictor = version.predictors().getFirst();
    ClassifierPredictor.Prediction prediction = predictor.predict(terms);
    ClassRanking.Ranked ranked = ranking.rank(version, predictor.classes(), prediction.scores());
    return ranked.reason().isEmpty() && !prediction.known()
        ? ClassRanking.Ranked.none(NoLabelReason.NO_KNOWN_TERM)
        : ranked;
  }
}
