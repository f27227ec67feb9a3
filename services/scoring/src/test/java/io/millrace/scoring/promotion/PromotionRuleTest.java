package io.millrace.scoring.promotion;

import static io.millrace.scoring.promotion.ComparisonSamples.CONFIG;
import static io.millrace.scoring.promotion.ComparisonSamples.SINCE;
import static io.millrace.scoring.promotion.ComparisonSamples.champion;
import static io.millrace.scoring.promotion.ComparisonSamples.pointer;
import static io.millrace.scoring.promotion.ComparisonSamples.window;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.millrace.runtime.models.ServingPointer;
import io.millrace.schemas.avro.Comparison;
import io.millrace.schemas.avro.ServingReason;
import io.millrace.scoring.promotion.PromotionRule.Standing;
import io.millrace.scoring.promotion.PromotionRule.Verdict;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class PromotionRuleTest {

  private static final ServingPointer FIRST = champion(31, ServingReason.FIRST);

  @Test
  void promotesABetterChallengerWithItsFigures() {
    Verdict verdict = only(FIRST, window(1, "vision-wide", 300, 10, 50, 40));

    assertThat(verdict.reason()).isEqualTo(ServingReason.RULE);
    assertThat(verdict.model()).isEqualTo("vision-wide");
    assertThat(verdict.version()).isEmpty();
    assertThat(verdict.evidence().getChampion()).isEqualTo("vision");
    assertThat(verdict.evidence().getChampionVersion()).isEqualTo(31);
    assertThat(verdict.evidence().getOnlyChallenger()).isEqualTo(50);
    assertThat(verdict.evidence().getEValue()).isGreaterThan(verdict.evidence().getRequired());
    assertThat(PromotionRule.note(verdict))
        .contains("50 records only the one, 10 only the other")
        .startsWith("vision-wide answered 350 of 400 records rightly, version 31 of vision 310;")
        .endsWith("required 200");
  }

  @Test
  void promotesTheNewestOfTheSameModelToo() {
    assertThat(only(FIRST, window(1, "vision", 300, 10, 50, 40)).model()).isEqualTo("vision");
  }

  @Test
  void promotesNobodyByAMarginThatIsTooSmallOrOnTooFewRecords() {
    assertThat(decide(FIRST, window(1, "vision-wide", 3_800, 10, 48, 42))).isEmpty();
    assertThat(decide(FIRST, window(1, "vision-wide", 100, 10, 50, 39))).isEmpty();
    assertThat(decide(FIRST, window(1, "vision-wide", 100, 10, 50, 40))).isNotEmpty();
  }

  @Test
  void promotesNobodyWithoutTheEvidence() {
    assertThat(decide(FIRST, window(1, "vision-wide", 300, 30, 45, 40))).isEmpty();
  }

  @Test
  void requiresMoreEvidenceOfEachOfSeveral() {
    Comparison[] two = {
      window(1, "vision-wide", 300, 20, 51, 40), window(1, "vision-slow", 300, 30, 30, 40)
    };

    assertThat(decide(FIRST, two[0])).hasSize(1);
    assertThat(decide(FIRST, two)).isEmpty();
    assertThat(standings(FIRST, two)).extracting(Standing::required).containsExactly(400.0, 400.0);
  }

  @Test
  void prefersTheOneWithTheLargestLead() {
    List<Verdict> verdicts =
        decide(
            FIRST,
            window(1, "vision-slow", 300, 10, 60, 40),
            window(1, "vision-wide", 300, 10, 80, 20),
            window(1, "vision-x", 300, 10, 50, 40));

    assertThat(verdicts).extracting(Verdict::model).startsWith("vision-wide", "vision-slow");
  }

  @Test
  void holdsAfterADecisionButNotTheFirstOfAll() {
    Comparison short0 = window(1, "vision-wide", 200, 10, 50, 40);
    Comparison more = window(2, "vision-wide", 60, 10, 20, 10);

    assertThat(decide(FIRST, short0)).hasSize(1);
    for (ServingReason reason :
        List.of(ServingReason.RULE, ServingReason.PROMOTED, ServingReason.FALLBACK)) {
      assertThat(decide(champion(31, reason), short0)).isEmpty();
      assertThat(decide(champion(31, reason), short0, more)).hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ServingReason.class,
      names = {"HELD", "FOLLOWED", "DRIFT", "OTHER"})
  void leavesAloneWhatAPersonWantsToStay(ServingReason reason) {
    assertThat(decide(champion(31, reason), window(1, "vision-wide", 300, 10, 50, 40))).isEmpty();
  }

  @Test
  void leavesAPointerToTheNewestAlone() {
    ServingPointer newest = pointer("vision", null, "vision", null, ServingReason.OTHER);

    assertThat(decide(newest, window(1, "vision-wide", 300, 10, 50, 40))).isEmpty();
  }

  @Test
  void fallsBackToExactlyTheVersionBeforeAlsoDuringTheHold() {
    ServingPointer wide = pointer("vision-wide", 40L, "vision", 31L, ServingReason.RULE);

    List<Verdict> verdicts =
        decide(
            wide,
            window(SINCE, "vision-wide", 40, "vision@31", 60, 5, 40, 5, 31),
            window(SINCE, "vision-wide", 40, "vision@30", 0, 0, 900, 0, 30));

    assertThat(verdicts)
        .singleElement()
        .satisfies(it -> {
          assertThat(it.reason()).isEqualTo(ServingReason.FALLBACK);
          assertThat(it.model()).isEqualTo("vision");
          assertThat(it.version()).hasValue(31);
          assertThat(it.evidence().getChallenger()).isEqualTo("vision@31");
          assertThat(it.evidence().getRequired()).isCloseTo(40, within(1e-9));
        });
  }

  @Test
  void fallsBackBeforeItPromotes() {
    ServingPointer wide = pointer("vision-wide", 40L, "vision", 31L, ServingReason.FIRST);

    List<Verdict> verdicts =
        decide(
            wide,
            window(SINCE, "vision-wide", 40, "vision-slow", 300, 5, 90, 5, 31),
            window(SINCE, "vision-wide", 40, "vision@31", 300, 5, 40, 5, 31));

    assertThat(verdicts)
        .extracting(Verdict::reason)
        .containsExactly(ServingReason.FALLBACK, ServingReason.RULE);
  }

  @Test
  void countsOnlyWhatIsAboutTheVersionThatAnswersSinceItDoes() {
    assertThat(
            standings(
                FIRST,
                window(-1, "vision-wide", 300, 10, 50, 40),
                window(SINCE, "vision", 30, "vision-wide", 300, 10, 50, 40, 40),
                window(SINCE, "vision-wide", 31, "vision-wide", 300, 10, 50, 40, 40),
                window(1, "classifier", 300, 10, 50, 40),
                window(1, "vision-wide", 300, -10, 50, 40),
                window(1, "vision@30", 300, 10, 50, 40)))
        .isEmpty();
  }

  @Test
  void theLastComparisonOfAWindowCounts() {
    Comparison early = window(1, "vision-wide", 30, 1, 2, 0);

    assertThat(standings(FIRST, early, early, window(1, "vision-wide", 60, 4, 9, 1)))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.counts().pairs()).isEqualTo(74);
          assertThat(it.counts().onlyChallenger()).isEqualTo(9);
        });
  }

  @Test
  void aTrialWithoutADecisionIsFollowedByOneThatRequiresMore() {
    var champion = new ChampionRecord(FIRST, CONFIG.trialLabels());
    var rule = new PromotionRule(CONFIG);
    champion.accept(window(2, "vision-wide", 3_990, 5, 5, 0));
    champion.accept(window(1, "vision-wide", 10, 0, 0, 0));
    assertThat(rule.standings(champion).getFirst().counts().pairs()).isEqualTo(4_010);

    champion.accept(window(3, "vision-wide", 300, 10, 50, 40));
    champion.accept(window(2, "vision-wide", 3_990, 5, 500, 0));

    assertThat(rule.standings(champion))
        .singleElement()
        .satisfies(it -> {
          assertThat(it.required()).isCloseTo(600, within(1e-9));
          assertThat(it.counts().pairs()).isEqualTo(400);
        });
    assertThat(rule.decide(champion)).hasSize(1);
  }

  /** Without ends of trials the order in which windows come changes nothing. */
  @Test
  void withinATrialOnlyTheLastOfEachWindowMatters() {
    List<Comparison> windows = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      windows.add(window(i, "vision-wide", 10, i % 3, i % 5, 1));
    }
    List<Standing> inOrder = standings(FIRST, windows.toArray(Comparison[]::new));
    Collections.shuffle(windows, new Random(3));

    assertThat(standings(FIRST, windows.toArray(Comparison[]::new))).isEqualTo(inOrder);
  }

  /** Three as good as the champion, several trials, labels that come late: all chances together. */
  @Test
  void inAtMostAlphaOfManyRunsIsOneOfThreePromotedThatIsNoBetter() {
    var rule = new PromotionRule(new PromotionConfig(0, 1, 0.1, 0, 300, 0.1, 1));
    var random = new SplittableRandom(5);
    int promoted = 0;
    for (int run = 0; run < 1_000; run++) {
      promoted += isOnePromoted(rule, random) ? 1 : 0;
    }

    assertThat(promoted).isBetween(20, 100);
  }

  private static boolean isOnePromoted(PromotionRule rule, SplittableRandom random) {
    var champion = new ChampionRecord(FIRST, 300);
    Map<String, Comparison> known = new HashMap<>();
    for (int i = 0; i < 60; i++) {
      for (String name : List.of("vision-wide", "vision-slow", "vision")) {
        for (int window : new int[] {i, Math.max(0, i - random.nextInt(1, 4))}) {
          // More of the same window comes late.
          champion.accept(
              known.merge(name + window, equal(random, window, name), PromotionRuleTest::sum));
        }
        if (!rule.decide(champion).isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  private static Comparison equal(SplittableRandom random, int window, String name) {
    return window(random, 12, SINCE.plusMillis(1_000L * window), "vision", 31, 0.6, name, 0.6);
  }

  private static Comparison sum(Comparison a, Comparison b) {
    return window(
        a.getWindowStart(),
        "vision",
        31,
        a.getChallenger(),
        a.getBothRight() + b.getBothRight(),
        a.getOnlyChampion() + b.getOnlyChampion(),
        a.getOnlyChallenger() + b.getOnlyChallenger(),
        a.getBothWrong() + b.getBothWrong(),
        40);
  }

  private static Verdict only(ServingPointer pointer, Comparison... comparisons) {
    List<Verdict> verdicts = decide(pointer, comparisons);
    assertThat(verdicts).hasSize(1);
    return verdicts.getFirst();
  }

  private static List<Verdict> decide(ServingPointer pointer, Comparison... comparisons) {
    return new PromotionRule(CONFIG).decide(record(pointer, comparisons));
  }

  private static List<Standing> standings(ServingPointer pointer, Comparison... comparisons) {
    return new PromotionRule(CONFIG).standings(record(pointer, comparisons));
  }

  private static ChampionRecord record(ServingPointer pointer, Comparison... comparisons) {
    var champion = new ChampionRecord(pointer, CONFIG.trialLabels());
    List.of(comparisons).forEach(champion::accept);
    return champion;
  }
}
