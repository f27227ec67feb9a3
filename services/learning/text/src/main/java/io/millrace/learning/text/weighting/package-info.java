/**
 * TF-IDF weighting. Start reading at {@link io.millrace.learning.text.weighting.Weighting}; idf is
 * computed in {@link io.millrace.learning.text.weighting.Idf}.
 */
@NullMarked
package io.millrace.learning.text.weighting;

import org.jspecify.annotations.NullMarked;
