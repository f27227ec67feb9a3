package io.millrace.runtime.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import java.util.zip.ZipException;

/**
 * Reads the bodies of requests, each within the bound of its route and all of them within one
 * bound: what is held at the same time, by requests that are read or answered, is limited. Safe for
 * several threads.
 */
final class BodyReader {

  private static final byte[] NONE = new byte[0];
  private static final int FIRST_BYTES = 16_384;

  private final long maxHeldBytes;
  private final AtomicLong heldBytes = new AtomicLong();

  /**
   * A reader that holds nothing.
   *
   * @param maxHeldBytes of all bodies together
   */
  BodyReader(long maxHeldBytes) {
    this.maxHeldBytes = maxHeldBytes;
  }

  /** A body in memory; it counts until it is closed. */
  final class Body implements AutoCloseable {
    private byte[] bytes = NONE;
    private long held;

    byte[] bytes() {
      return bytes;
    }

    private void hold(long more) {
      if (heldBytes.addAndGet(more) > maxHeldBytes) {
        heldBytes.addAndGet(-more);
        throw HttpStatusException.unavailable(
            "too many large requests are being answered; try again later");
      }
      held += more;
    }

    @Override
    public void close() {
      heldBytes.addAndGet(-held);
      held = 0;
      bytes = NONE;
    }
  }

  /**
   * The body of a request, decompressed as its {@code Content-Encoding} says (RFC 9110, section
   * 8.4). No more is decompressed than the route takes.
   *
   * @param maxBytes the most that its route takes, compressed and decompressed
   * @throws HttpStatusException 413 if it is longer, 415 if its coding is another, 503 if too much
   *     is held already, 400 if it ends early or is not compressed as it says
   */
  Body read(HttpServletRequest request, long maxBytes) {
    long length = request.getContentLengthLong();
    boolean isChunked = request.getHeader("Transfer-Encoding") != null;
    if (length > maxBytes || (maxBytes == 0 && isChunked)) {
      throw tooLarge(maxBytes);
    }
    var body = new Body();
    if (length <= 0 && !isChunked) {
      return body;
    }
    Coding coding = Coding.of(request);
    try {
      InputStream in = request.getInputStream();
      switch (coding) {
        case IDENTITY -> readToEnd(in, body, length > 0 ? length : maxBytes, maxBytes);
        case GZIP -> readToEnd(new GZIPInputStream(in), body, maxBytes, maxBytes);
        case DEFLATE -> readToEnd(new InflaterInputStream(in), body, maxBytes, maxBytes);
      }
      return body;
    } catch (ZipException e) {
      body.close();
      throw HttpStatusException.badRequest(
          "the body is not compressed as its Content-Encoding says: " + e.getMessage());
    } catch (IOException e) {
      body.close();
      throw HttpStatusException.badRequest("the body has not come whole");
    } catch (RuntimeException e) {
      body.close();
      throw e;
    }
  }

  /** How a body is compressed. */
  private enum Coding {
    IDENTITY,
    GZIP,
    DEFLATE;

    static Coding of(HttpServletRequest request) {
      String given = request.getHeader("Content-Encoding");
      String name = given == null ? "" : given.strip().toLowerCase(Locale.ROOT);
      return switch (name) {
        case "", "identity" -> IDENTITY;
        case "gzip", "x-gzip" -> GZIP;
        case "deflate" -> DEFLATE;
        default ->
            throw HttpStatusException.unsupportedType(
                "the Content-Encoding of a body may be gzip, deflate or identity, was " + given);
      };
    }
  }

  /**
   * What a length announces is not held before it comes: clients could announce all that fits.
   *
   * @param expected bytes, at most {@code maxBytes}
   */
  private static void readToEnd(InputStream in, Body body, long expected, long maxBytes)
      throws IOException {
    byte[] bytes = new byte[(int) Math.min(FIRST_BYTES, expected)];
    body.hold(bytes.length);
    int size = 0;
    while (true) {
      int read = in.read(bytes, size, bytes.length - size);
      if (read < 0) {
        body.bytes = Arrays.copyOf(bytes, size);
        return;
      }
      size += read;
      if (size == bytes.length) {
        if (size == expected) {
          if (in.read() >= 0) {
            throw tooLarge(maxBytes);
          }
          body.bytes = bytes;
          return;
        }
        int larger = (int) Math.min(expected, 2L * size);
        body.hold(larger - size);
        bytes = Arrays.copyOf(bytes, larger);
      }
    }
  }

  private static HttpStatusException tooLarge(long maxBytes) {
    return HttpStatusException.tooLarge(
        maxBytes == 0
            ? "a request must have no body"
            : "the body is larger than " + maxBytes + " bytes; send less");
  }
}
