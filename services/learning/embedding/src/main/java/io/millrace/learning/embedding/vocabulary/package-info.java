/**
 * The words and their counts, within a bound. Start reading at {@link
 * io.millrace.learning.embedding.vocabulary.WordVocabulary}: how words are counted, get rows and
 * are evicted. Two classes use the counts: {@link
 * io.millrace.learning.embedding.vocabulary.NoiseDistribution}, from which negative samples are
 * drawn, and {@link io.millrace.learning.embedding.vocabulary.Subsampling} of frequent words.
 */
@NullMarked
package io.millrace.learning.embedding.vocabulary;

import org.jspecify.annotations.NullMarked;
