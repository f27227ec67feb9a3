/**
 * The batch loop: feeds a {@link io.millrace.runtime.batch.BatchProcessor}, which answers records
 * without keeping state, and commits its answers together with the input's offsets.
 *
 * <p>Start reading at {@link io.millrace.runtime.batch.BatchLoop}. {@code BatchGroupMember} polls
 * and has each batch processed; a {@code BatchCommitter} commits it, exactly once (one transaction
 * for offsets and answers) or at least once, as {@link
 * io.millrace.runtime.batch.ProcessingGuarantee} says.
 */
@NullMarked
package io.millrace.runtime.batch;

import org.jspecify.annotations.NullMarked;
