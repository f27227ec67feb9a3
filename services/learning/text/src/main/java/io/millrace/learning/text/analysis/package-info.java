/**
 * Analysis: from a text to its terms, by Lucene's analyzers or as scikit-learn does. Start reading
 * at {@link io.millrace.learning.text.analysis.Analysis}.
 */
@NullMarked
package io.millrace.learning.text.analysis;

import org.jspecify.annotations.NullMarked;
