package io.millrace.scoring.promotion;

import io.millrace.learning.core.judging.SequentialMcNemar;
import io.millrace.runtime.models.ServingPointer;
import io.millrace.schemas.avro.ServingDecision;
import io.millrace.schemas.avro.ServingEvidence;
import io.millrace.schemas.avro.ServingReason;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides by what comparisons say, a pure function of it:
 *
 * <ol>
 *   <li>A pointer that holds a version, and one that follows the newest, was set by a person to
 *       stay: it is left alone; so is one that a drift has rolled back.
 *   <li>If the version that answered before is better than the champion, on at least {@code
 *       scoring.fallback.labels} pairs, it answers again.
 *   <li>Else, or if that version cannot answer, and after {@code scoring.promotion.hold.labels}
 *       pairs, the challenger is promoted that is better by at least {@code
 *       scoring.promotion.margin} on {@code scoring.promotion.labels}; of several the one with the
 *       largest lead.
 * </ol>
 *
 * <p>Better is who has the evidence of {@link SequentialMcNemar} that the trial requires: {@code m
 * · k(k+1) / alpha} for the k-th trial of one of m challengers. The chances to err in all trials
 * then add up to alpha, since the sum of 1/(k(k+1)) is 1.
 */
final class PromotionRule {

  private final PromotionConfig config;

  PromotionRule(PromotionConfig config) {
    this.config = config;
  }

  /**
   * How a trial stands.
   *
   * @param challenger the model, or the version that answered before as {@code vision@17}
   * @param evidence that it is better than the champion
   * @param required what decides
   */
  record Standing(String challenger, PairCounts counts, double evidence, double required) {

    boolean isEnough() {
      return evidence >= required;
    }
  }

  /**
   * What is to answer.
   *
   * @param reason promoted by a rule, or fallen back
   * @param model the model whose version is to answer
   * @param version its version; empty for the newest that can
   * @param standing the trial that decided
   * @param evidence its figures
   */
  record Verdict(
      ServingReason reason,
      String model,
      OptionalLong version,
      Standing standing,
      ServingEvidence evidence) {}

  /** Whether a pointer is one that rules move. */
  static boolean moves(ServingPointer pointer) {
    return pointer.decision().getVersion() != null
        && switch (pointer.decision().getReason()) {
          // What a drift has rolled back stays until a person decides: labels of a stream whose
          // inputs are broken prove nothing. What a later build has decided for a reason that this
          // one cannot read may be meant to stay.
          case HELD, FOLLOWED, DRIFT, PASSED_OVER, OTHER -> false;
          case FIRST, RULE, PROMOTED, ROLLED_BACK, FALLBACK -> true;
        };
  }

  /** What the comparisons decide, in order of preference; none while the champion stays. */
  List<Verdict> decide(ChampionRecord champion) {
    if (!moves(champion.pointer())) {
      return List.of();
    }
    List<Verdict> verdicts = new ArrayList<>();
    fallBack(champion).ifPresent(verdicts::add);
    verdicts.addAll(promotions(champion));
    return verdicts;
  }

  /** How the trials under way stand, the one with the version before first. */
  List<Standing> standings(ChampionRecord champion) {
    List<Standing> all = new ArrayList<>();
    previous(champion).ifPresent(all::add);
    champion
        .challengers()
        .forEach((name, trial) -> all.add(promotion(name, trial, champion.challengers().size())));
    return all;
  }

  private Optional<Verdict> fallBack(ChampionRecord champion) {
    ServingDecision pointer = champion.pointer().decision();
    return previous(champion)
        .filter(it -> it.isEnough() && it.counts().pairs() >= config.fallbackLabels())
        .map(it ->
            new Verdict(
                ServingReason.FALLBACK,
                ServingPointer.previousModel(pointer),
                OptionalLong.of(pointer.getPrevious()),
                it,
                evidence(pointer, it)));
  }

  private List<Verdict> promotions(ChampionRecord champion) {
    ServingDecision pointer = champion.pointer().decision();
    int count = champion.challengers().size();
    long hold = pointer.getReason() == ServingReason.FIRST ? 0 : config.holdLabels();
    return champion.challengers().entrySet().stream()
        .filter(it -> it.getValue().pairs() >= hold)
        .map(it -> promotion(it.getKey(), it.getValue(), count))
        .filter(it -> it.isEnough() && it.counts().pairs() >= config.labels())
        .filter(it -> it.counts().lead() >= config.margin())
        .sorted(Comparator.comparingDouble(it -> -it.counts().lead()))
        .map(it ->
            new Verdict(
                ServingReason.RULE,
                it.challenger(),
                OptionalLong.empty(),
                it,
                evidence(pointer, it)))
        .toList();
  }

  private Optional<Standing> previous(ChampionRecord champion) {
    return champion
        .previousName()
        .flatMap(name ->
            champion.previous().map(trial -> standing(name, trial, config.fallbackAlpha(), 1)));
  }

  private Standing promotion(String challenger, Trial trial, int challengers) {
    return standing(challenger, trial, config.alpha(), challengers);
  }

  private static Standing standing(String name, Trial trial, double alpha, int challengers) {
    PairCounts counts = trial.counts();
    double k = trial.number();
    return new Standing(
        name,
        counts,
        SequentialMcNemar.evidence(counts.onlyChallenger(), counts.onlyChampion()),
        challengers * k * (k + 1) / alpha);
  }

  private static ServingEvidence evidence(ServingDecision pointer, Standing it) {
    PairCounts counts = it.counts();
    return new ServingEvidence(
        ServingPointer.servingModel(pointer),
        pointer.getVersion(),
        it.challenger(),
        counts.challengerFrom(),
        counts.challengerTo(),
        counts.bothRight(),
        counts.onlyChampion(),
        counts.onlyChallenger(),
        counts.bothWrong(),
        it.evidence(),
        it.required());
  }

  /** Says in words why a verdict was made. */
  static String note(Verdict verdict) {
    ServingEvidence it = verdict.evidence();
    PairCounts counts = verdict.standing().counts();
    return "%s answered %d of %d records rightly, version %d of %s %d; %d records only the one, %d only the other; evidence %s, required %s"
        .formatted(
            it.getChallenger(),
            counts.challengerRight(),
            counts.pairs(),
            it.getChampionVersion(),
            it.getChampion(),
            counts.championRight(),
            counts.onlyChallenger(),
            counts.onlyChampion(),
            rounded(it.getEValue()),
            rounded(it.getRequired()));
  }

  private static String rounded(double evidence) {
    return String.format(Locale.ROOT, evidence < 1e6 ? "%.0f" : "%.1e", evidence);
  }
}
