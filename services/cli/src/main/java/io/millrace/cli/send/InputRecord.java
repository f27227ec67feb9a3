package io.millrace.cli.send;

import java.util.Optional;

/**
 * A record to send.
 *
 * @param where the file it is from, and the line or number in it
 * @param key the id
 * @param value as it is sent to the topic
 * @param contentType the media type of the value
 * @param label the label in it, as its readers will understand it
 */
record InputRecord(
    String where, String key, byte[] value, String contentType, Optional<String> label) {}
