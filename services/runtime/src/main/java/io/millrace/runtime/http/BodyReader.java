package io.millrace.runtime.http;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Collections;
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
    private final Coding coding;
    private final long maxBytes;
    private byte[] bytes = NONE;
    private long held;
    private boolean isClosed;

    private Body(Coding coding, long maxBytes) {
      this.coding = coding;
      this.maxBytes = maxBytes;
    }

    byte[] bytes() {
      return bytes;
    }

    /**
     * Decompresses it as its {@code Content-Encoding} says (RFC 9110, section 8.4), if it is
     * compressed. To be called once, and not on the server's threads, since it computes. No more is
     * decompressed than the route takes.
     *
     * @throws HttpStatusException 413 if it is longer, 503 if too much is held already, 400 if it
     *     ends early or is not compressed as it says
     */
    void decompress() {
      if (coding == Coding.IDENTITY) {
        return;
      }
      long compressed = held;
      try (InputStream in = coding.open(bytes)) {
        bytes = readToEnd(in, this, maxBytes, maxBytes);
      } catch (ZipException e) {
        throw HttpStatusException.badRequest(
            "the body is not compressed as its Content-Encoding says: " + e.getMessage());
      } catch (IOException e) {
        throw HttpStatusException.badRequest("the compressed body ends early");
      }
      hold(-compressed);
    }

    private synchronized void hold(long more) {
      if (isClosed) { // Its request was answered already, as it took too long.
        throw HttpStatusException.unavailable("nobody waits for the answer any more");
      }
      if (heldBytes.addAndGet(more) > maxHeldBytes && more > 0) {
        heldBytes.addAndGet(-more);
        throw HttpStatusException.unavailable(
            "too many large requests are being answered; try again later");
      }
      held += more;
    }

    @Override
    public synchronized void close() {
      isClosed = true;
      heldBytes.addAndGet(-held);
      held = 0;
      bytes = NONE;
    }
  }

  /**
   * The body of a request as it comes, to be decompressed by {@link Body#decompress}.
   *
   * @param maxBytes the most that its route takes, compressed and decompressed
   * @throws HttpStatusException 413 if it is longer, 415 if its coding is another, 503 if too much
   *     is held already, 400 if it ends early
   */
  Body read(HttpServletRequest request, long maxBytes) {
    long length = request.getContentLengthLong();
    boolean isChunked = request.getHeader("Transfer-Encoding") != null;
    if (length > maxBytes || (maxBytes == 0 && isChunked)) {
      throw tooLarge(maxBytes);
    }
    if (length <= 0 && !isChunked) {
      return new Body(Coding.IDENTITY, maxBytes);
    }
    var body = new Body(Coding.of(request), maxBytes);
    try {
      body.bytes =
          readToEnd(request.getInputStream(), body, length > 0 ? length : maxBytes, maxBytes);
      return body;
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

    /** Several codings, of one header or more, are none that is known. */
    static Coding of(HttpServletRequest request) {
      String given = String.join(", ", Collections.list(request.getHeaders("Content-Encoding")));
      return switch (given.strip().toLowerCase(Locale.ROOT)) {
        case "", "identity" -> IDENTITY;
        case "gzip", "x-gzip" -> GZIP;
        case "deflate" -> DEFLATE;
        default ->
            throw HttpStatusException.unsupportedCoding(
                "gzip, deflate, identity",
                "the Content-Encoding of a body may be gzip, deflate or identity, was " + given);
      };
    }

    InputStream open(byte[] compressed) throws IOException {
      var in = new ByteArrayInputStream(compressed);
      return switch (this) {
        case IDENTITY -> in;
        case GZIP -> new GZIPInputStream(in);
        case DEFLATE -> new InflaterInputStream(in);
      };
    }
  }

  /**
   * What a length announces is not held before it comes: clients could announce all that fits.
   *
   * @param expected bytes, at most {@code maxBytes}
   */
  private static byte[] readToEnd(InputStream in, Body body, long expected, long maxBytes)
      throws IOException {
    byte[] bytes = new byte[(int) Math.min(FIRST_BYTES, expected)];
    body.hold(bytes.length);
    int size = 0;
    while (true) {
      int read = in.read(bytes, size, bytes.length - size);
      if (read < 0) {
        return Arrays.copyOf(bytes, size);
      }
      size += read;
      if (size == bytes.length) {
        if (size == expected) {
          if (in.read() >= 0) {
            throw tooLarge(maxBytes);
          }
          return bytes;
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
