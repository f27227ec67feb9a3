package io.millrace.text.records;

import java.nio.ByteBuffer;

/**
 * A request to reweight all live documents: a command on {@code commands}, as it is passed on to
 * every partition by {@code documents-by-key}. There it has the empty key, which no document has,
 * and its id as value.
 *
 * @param id tells the request from all others, see {@link #of}; 0 stands for no request
 */
public record RefreshRequest(long id) {

  /** The action of the command. */
  public static final String ACTION = "refresh";

  private static final int OFFSET_BITS = 20;

  /**
   * The request that a command makes. Its id is the time of the record followed by the last bits of
   * its offset, so that it also differs from that of a command at the same offset of a topic that
   * was deleted and created again.
   *
   * @param timeMillis the record's time, milliseconds since 1970
   */
  public static RefreshRequest of(long timeMillis, long offset) {
    return new RefreshRequest(
        Math.max(0, timeMillis) << OFFSET_BITS | offset & (1L << OFFSET_BITS) - 1);
  }

  /** The key on {@code documents-by-key}. */
  public static byte[] key() {
    return new byte[0];
  }

  /** Whether a key on {@code documents-by-key} is that of a request. */
  public static boolean isKey(byte[] key) {
    return key.length == 0;
  }

  /** The value on {@code documents-by-key}. */
  public byte[] encode() {
    return ByteBuffer.allocate(Long.BYTES).putLong(id).array();
  }

  /** Reads a value of {@code documents-by-key}. */
  public static RefreshRequest decode(byte[] value) {
    return new RefreshRequest(ByteBuffer.wrap(value).getLong());
  }
}
