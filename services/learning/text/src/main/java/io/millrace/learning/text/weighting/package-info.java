/**
 * TF-IDF weighting. Begin with {@link io.millrace.learning.text.weighting.Weighting}; idf is
 * computed in {@link io.millrace.learning.text.weighting.Idf}.
 */
@NullMarked
package io.millrace.learning.text.weighting;

import org.jspecify.annotations.NullMarked;
