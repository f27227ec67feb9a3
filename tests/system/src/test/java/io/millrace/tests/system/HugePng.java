package io.millrace.tests.system;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.DeflaterOutputStream;

/** Creates a small PNG file of a black image that needs much memory when decoded. */
final class HugePng {

  private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  private static final byte[] ONE_BIT_GREY = {1, 0, 0, 0, 0};

  private HugePng() {}

  /** A square image with one bit per pixel. */
  static byte[] of(int side) {
    var file = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(file)) {
      out.write(SIGNATURE);
      byte[] header = ByteBuffer.allocate(13).putInt(side).putInt(side).put(ONE_BIT_GREY).array();
      chunk(out, "IHDR", header);
      chunk(out, "IDAT", black(side));
      chunk(out, "IEND", new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return file.toByteArray();
  }

  private static byte[] black(int side) throws IOException {
    var compressed = new ByteArrayOutputStream();
    try (var rows = new DeflaterOutputStream(compressed)) {
      byte[] row = new byte[1 + (side + 7) / 8];
      for (int y = 0; y < side; y++) {
        rows.write(row);
      }
    }
    return compressed.toByteArray();
  }

  private static void chunk(DataOutputStream out, String name, byte[] data) throws IOException {
    byte[] type = name.getBytes(StandardCharsets.US_ASCII);
    var checksum = new CRC32();
    checksum.update(type);
    checksum.update(data);
    out.writeInt(data.length);
    out.write(type);
    out.write(data);
    out.writeInt((int) checksum.getValue());
  }
}
