package io.millrace.console.images;

import io.millrace.learning.vision.images.DecodedImage;
import io.millrace.learning.vision.images.UnusableImageException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * Decodes one image at a time, whoever asks: a large one takes 16 bytes a pixel meanwhile, and that
 * is what the console's need of heap counts. Who has waited longest is next. Safe for several
 * threads.
 */
public final class Decoding {

  private static final ReentrantLock ONE = new ReentrantLock(true);

  /** Decodes an image. */
  public interface Decoder {
    DecodedImage decode() throws UnusableImageException;
  }

  private Decoding() {}

  /**
   * Decodes an image and makes something of it, before the next is decoded.
   *
   * @throws UnusableImageException if it cannot be decoded
   */
  public static <T> T alone(Decoder decoder, Function<DecodedImage, T> use)
      throws UnusableImageException {
    ONE.lock();
    try {
      return use.apply(decoder.decode());
    } finally {
      ONE.unlock();
    }
  }
}
