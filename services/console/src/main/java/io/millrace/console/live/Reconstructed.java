package io.millrace.console.live;

/**
 * A reconstruction as it came.
 *
 * @param id of the image
 * @param event the id of its event, which begins with the coordinates of the image's record
 * @param model that made it
 * @param version that made it; -1 if it does not say
 * @param png the file
 */
public record Reconstructed(String id, String event, String model, long version, byte[] png) {}
