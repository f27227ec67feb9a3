/**
 * The text service: turns {@code documents} into TF-IDF {@code document-vectors}. Start reading at
 * {@link io.millrace.text.topology.TextTopology}. The arithmetic (analysis, document frequencies,
 * tf and idf) is in {@link io.millrace.learning.text}; the reasons are in {@code
 * docs/design-text.md}.
 */
@NullMarked
package io.millrace.text;

import org.jspecify.annotations.NullMarked;
