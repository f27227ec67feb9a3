/**
 * What people ask of trainers, by writing to the topics that a trainer reads: {@link
 * io.millrace.runtime.administration.ModelReset} starts training again from the beginning of the
 * log, and {@link io.millrace.runtime.administration.CloseStep} makes a trainer learn now from
 * records that do not fill a batch, {@link io.millrace.runtime.administration.OffsetTranslation}
 * lets it go on with a copy of its input. {@link
 * io.millrace.runtime.administration.ModelVerification} and {@link
 * io.millrace.runtime.administration.ModelReplay} learn again from the log, beside it. An import of
 * weights writes a first version as trainers do: see {@link
 * io.millrace.runtime.training.ModelImport}. {@link
 * io.millrace.runtime.administration.ServingDecisions} is what people decide about the version that
 * answers. Start reading at {@link io.millrace.runtime.administration.ModelReset}, the smallest of
 * them.
 */
@NullMarked
package io.millrace.runtime.administration;

import org.jspecify.annotations.NullMarked;
