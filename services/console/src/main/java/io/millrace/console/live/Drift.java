package io.millrace.console.live;

/**
 * A drift that a trainer has detected, as its next version says.
 *
 * @param version the version
 * @param detector what has found it; empty if the version does not say
 * @param action what the trainer does then; empty if the version does not say
 * @param time when the broker took the version, milliseconds since 1970
 */
public record Drift(String model, long version, String detector, String action, long time) {}
