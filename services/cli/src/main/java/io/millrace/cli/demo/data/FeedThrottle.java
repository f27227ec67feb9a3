package io.millrace.cli.demo.data;

import java.util.function.LongSupplier;

/**
 * Keeps a feed from running far ahead of the services, so that a record is predicted by a model
 * that has just learned from the records before. Used by one thread.
 */
public final class FeedThrottle {

  private static final long POLL_MILLIS = 5;

  private final Stream images;
  private final Stream mails;

  /**
   * Creates one.
   *
   * @param processedImages the number of images processed so far; never falls
   * @param maxImagesAhead the maximum number of images sent but not processed
   * @param processedMails the number of mails processed so far; never falls
   * @param maxMailsAhead the maximum number of mails sent but not processed
   */
  public FeedThrottle(
      LongSupplier processedImages,
      long maxImagesAhead,
      LongSupplier processedMails,
      long maxMailsAhead) {
    if (maxImagesAhead < 1 || maxMailsAhead < 1) {
      throw new IllegalArgumentException(
          "maxImagesAhead and maxMailsAhead must be >= 1, were "
              + maxImagesAhead
              + " and "
              + maxMailsAhead);
    }
    images = new Stream(processedImages, maxImagesAhead);
    mails = new Stream(processedMails, maxMailsAhead);
  }

  /** Waits until the next image may be sent. */
  void awaitImage(long sent) throws InterruptedException {
    images.await(sent);
  }

  /** Waits until the next mail may be sent. */
  void awaitMail(long sent) throws InterruptedException {
    mails.await(sent);
  }

  /** Reads the number of processed records only when the last one that it read does not suffice. */
  private static final class Stream {
    private final LongSupplier processed;
    private final long ahead;
    private long last;

    private Stream(LongSupplier processed, long ahead) {
      this.processed = processed;
      this.ahead = ahead;
    }

    private void await(long sent) throws InterruptedException {
      while (sent - last >= ahead) {
        last = processed.getAsLong();
        if (sent - last >= ahead) {
          Thread.sleep(POLL_MILLIS);
        }
      }
    }
  }
}
