package io.millrace.console.live;

import io.millrace.schemas.avro.Prediction;

/**
 * A prediction as it came.
 *
 * @param time when the broker took it, milliseconds since 1970
 */
public record Predicted(Prediction prediction, long time) {}
