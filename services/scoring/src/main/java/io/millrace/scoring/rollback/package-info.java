/**
 * Rolls a model back when what it is given has drifted: versions that learned since then may have
 * learned from broken records. The path of a drift:
 *
 * <ol>
 *   <li>Scoring finds it without labels and tells {@link
 *       io.millrace.scoring.rollback.DriftRollback}. Start reading there.
 *   <li>{@link io.millrace.scoring.rollback.VersionSnapshots} knows which versions were there
 *       before its first record was.
 *   <li>{@link io.millrace.scoring.rollback.RollbackDecision} decides.
 *   <li>{@link io.millrace.scoring.rollback.KafkaRollbackLog} writes the decision by {@code
 *       ServingChange}.
 * </ol>
 */
@NullMarked
package io.millrace.scoring.rollback;

import org.jspecify.annotations.NullMarked;
