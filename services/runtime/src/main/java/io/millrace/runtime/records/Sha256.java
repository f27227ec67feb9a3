package io.millrace.runtime.records;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4) in lower-case hexadecimal. */
public final class Sha256 {

  private Sha256() {}

  /** The digest of bytes. */
  public static String hex(byte[] bytes) {
    return hex(ByteBuffer.wrap(bytes));
  }

  /** The digest of a buffer's remaining bytes; its position stays. */
  public static String hex(ByteBuffer bytes) {
    MessageDigest sha256 = digest();
    sha256.update(bytes.duplicate());
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** The algorithm, for bytes that come one after the other. */
  public static MessageDigest digest() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
