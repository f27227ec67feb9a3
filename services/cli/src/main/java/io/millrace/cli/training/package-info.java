/**
 * The models that the services train, and how far their next versions are. Start reading at {@link
 * io.millrace.cli.training.TrainedModel}.
 */
@NullMarked
package io.millrace.cli.training;

import org.jspecify.annotations.NullMarked;
