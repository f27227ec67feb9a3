/**
 * Counting: how often each term is in a document ({@link
 * io.millrace.learning.text.frequencies.TermCounter}), how many documents of a partition have it
 * ({@link io.millrace.learning.text.frequencies.DocumentFrequencyTable}), and the same over all
 * partitions: {@link io.millrace.learning.text.frequencies.FrequencyLog} publishes a partition's
 * counts, {@link io.millrace.learning.text.frequencies.PublishedFrequencies} sums those of all.
 * Start reading at {@link io.millrace.learning.text.frequencies.TermCounter}.
 */
@NullMarked
package io.millrace.learning.text.frequencies;

import org.jspecify.annotations.NullMarked;
