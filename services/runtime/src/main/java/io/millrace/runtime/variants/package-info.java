/**
 * Variants: several models of a kind that learn at once from the same records, with other settings.
 * Start reading at {@link io.millrace.runtime.variants.ModelVariants}.
 */
@NullMarked
package io.millrace.runtime.variants;

import org.jspecify.annotations.NullMarked;
