/**
 * Producing over HTTP. Start reading at {@link io.millrace.console.produce.ProduceRoutes}. {@link
 * io.millrace.console.produce.InputRecords} makes of a request the record that {@code millrace
 * send} would make, and refuses what would become a dead letter; {@link
 * io.millrace.console.produce.AcknowledgedProducer} sends it; {@link
 * io.millrace.console.produce.PredictionWaits} waits for its prediction.
 */
@NullMarked
package io.millrace.console.produce;

import org.jspecify.annotations.NullMarked;
