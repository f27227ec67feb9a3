/**
 * The rules that choose the version that answers, under the policy {@code gated}: a challenger that
 * is better on the same labelled records is promoted, and a champion that is worse than the version
 * before it gives way to that one. The path of a comparison:
 *
 * <ol>
 *   <li>{@link io.millrace.scoring.promotion.PromotionThread} reads it. Start reading there.
 *   <li>{@link io.millrace.scoring.promotion.ChampionRecord} counts it, if it is about the version
 *       that answers, since that was chosen; {@link io.millrace.scoring.promotion.Trial} cuts the
 *       windows of a challenger into trials.
 *   <li>{@link io.millrace.scoring.promotion.PromotionRule} decides.
 *   <li>{@link io.millrace.scoring.promotion.KafkaPromotionLog} writes the decision by {@code
 *       ServingChange}, unless another instance or a person has decided first.
 * </ol>
 */
@NullMarked
package io.millrace.scoring.promotion;

import org.jspecify.annotations.NullMarked;
